"""The figures: a table for people, a JSON list for programs."""

import json
import statistics


def percentile(values, part):
    """The value that `part` percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(len(ordered) * part / 100 + 0.5) - 1))]


def median(values):
    return statistics.median(values)


class Report:
    """Collects rows; a ratio above 1 says that Reeve is better."""

    def __init__(self):
        self.rows = []
        self.notes = []

    def add(self, name, unit, ours, peer=None, peer_name=None, more_is_better=False):
        """One figure. Without a peer there is no ratio."""
        ratio = None
        if peer is not None and ours > 0 and peer > 0:
            ratio = ours / peer if more_is_better else peer / ours
        self.rows.append({"name": name, "ours": short(ours), "peer": short(peer), "peer_name": peer_name, "unit": unit,
                          "ratio": short(ratio)})
        print(self.line(self.rows[-1]), flush=True)

    def note(self, text):
        """Something that a reader of the table has to know."""
        self.notes.append(text)
        print(f"    note: {text}", flush=True)

    @staticmethod
    def line(row):
        show = lambda value: "-" if value is None else f"{value:,}"
        return (f"{row['name']:<58} {show(row['ours']):>12} {show(row['peer']):>12} {row['unit']:<8} "
                f"{'-' if row['ratio'] is None else format(row['ratio'], ',.2f') + 'x':>9}  {row['peer_name'] or ''}")

    @staticmethod
    def heading():
        return f"{'':<58} {'Reeve':>12} {'peer':>12} {'unit':<8} {'ratio':>9}  peer"

    def table(self):
        lines = [self.heading(), *map(self.line, self.rows)]
        return "\n".join(lines + [f"note: {note}" for note in self.notes])

    def write(self, file):
        file.write_text(json.dumps(self.rows, indent=2, ensure_ascii=False) + "\n")


def short(value):
    """Three figures are more than these measurements are worth."""
    if value is None:
        return None
    if abs(value) >= 100:
        return round(value)
    return float(f"{value:.3g}")
