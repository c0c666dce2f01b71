"""Everything as GeoJSON: over HTTP from Reeve, one collection after another, against ogr2ogr reading PostGIS, and
against COPY of ST_AsGeoJSON, which is the least that PostgreSQL itself can do. Each writes to the same disk."""

import http.client
import time

import process
from report import median

COLUMNS = "id, registry_number, kind, label, status, source, source_id, part_of, rev, updated_at, attributes, geom"
FEATURE = b'"type":"Feature"'


def measure(bench):
    kinds = {slug: count for slug, count in bench.reeve.kinds().items() if count}
    total = sum(kinds.values())
    ours = [ours_once(bench, kinds, total) for _ in range(bench.runs)]
    theirs = [ogr_once(bench) for _ in range(bench.runs)]
    copies = [copy_once(bench) for _ in range(bench.runs)]
    report, middle = bench.report, lambda runs, field: median([run[field] for run in runs])
    name = f"GeoJSON export of {total:,} assets"
    seconds, memory, first = (middle(ours, field) for field in range(3))
    report.add(name, "s", seconds, middle(theirs, 0), "ogr2ogr")
    report.add(name, "s", seconds, middle(copies, 0), "psql COPY ST_AsGeoJSON")
    report.add(name + ", memory taken for it", "MiB", memory, middle(theirs, 1), "ogr2ogr, the process")
    report.add(name + ", slowest first byte", "ms", first)


def ours_once(bench, kinds, total):
    """Seconds, MiB above what the server had before, and the longest wait for a first byte in ms."""
    before = process.memory_mib(bench.reeve.pid)
    process.forget_highest(bench.reeve.pid)
    begun, first, features = time.perf_counter(), 0.0, 0
    with open(bench.scratch / "export.geojson", "wb") as file:
        for slug in kinds:
            waited, found = fetch(bench.reeve.port, slug, file)
            first, features = max(first, waited), features + found
    seconds = time.perf_counter() - begun
    (bench.scratch / "export.geojson").unlink()
    if features != total:
        raise RuntimeError(f"the exports hold {features} features of {total}")
    highest = process.memory_mib(bench.reeve.pid, "VmHWM")
    return seconds, max(highest - before, 0.1), first


def fetch(port, slug, file):
    """Writes one collection to the file; answers ms to the first byte, and how many features there are."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    begun = time.perf_counter()
    connection.request("GET", f"/api/export/{slug}.geojson")
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"export of {slug} answers {answer.status}")
    waited, features, tail = None, 0, b""
    while part := answer.read1(1 << 20):
        waited = waited or (time.perf_counter() - begun) * 1000
        features += (tail + part).count(FEATURE)
        # Shorter than the mark, so that nothing is counted twice.
        tail = (tail + part)[-(len(FEATURE) - 1):]
        file.write(part)
    connection.close()
    return waited or 0.0, features


def ogr_once(bench):
    """Seconds and MiB."""
    file = bench.scratch / "ogr.geojson"
    taken = process.run_measured(
        ["ogr2ogr", "-q", "-f", "GeoJSON", str(file), bench.database().ogr_source,
         "-sql", f"select {COLUMNS} from asset where status <> 'removed'"])
    file.unlink()
    return taken


def copy_once(bench):
    """Seconds and MiB of the client."""
    file = bench.scratch / "copy.geojsonl"
    statement = f"copy (select st_asgeojson(t.*) from (select {COLUMNS} from asset where status <> 'removed') t) to stdout"
    with open(file, "wb") as out:
        taken = process.run_measured(["psql", *bench.database().arguments, "-X", "-q", "-c", statement], stdout=out)
    file.unlink()
    return taken
