"""Vector tiles of the largest point layer, cold and warm, against martin and against ST_AsMVT alone.

A cold tile is one that the server has not been asked for since it started: each is asked for once. Every run
restarts Reeve. At zooms where Reeve thins points the peers do not; the row says so, and there, where a town has only a
few tiles, the fullest are asked for one after another and the time of each counts, not the rate.
"""

import load
import martin
from report import median, percentile

LAYER = "trees"
ZOOMS = {10: 6, 12: 18, 14: 200, 16: 600}
THINNED_BELOW = 14
CONNECTIONS = 8


def connections(zoom):
    return 1 if zoom < THINNED_BELOW else CONNECTIONS


def measure(bench):
    database, report = bench.database(), bench.report
    tiles = {zoom: occupied(database, zoom, most // bench.share) for zoom, most in ZOOMS.items()}
    provide(database, tiles)
    peers = {zoom: [] for zoom in tiles}
    for zoom in tiles:
        for _ in range(bench.runs):
            peers[zoom].append(database.pgbench(encoding(zoom, len(tiles[zoom])), connections(zoom), bench.seconds))
    ours = [cold(bench, tiles) for _ in range(bench.runs)]
    for zoom, listed in tiles.items():
        compare(report, zoom, [run[zoom] for run in ours], peers[zoom], "ST_AsMVT (pgbench)")
    other = martin.find(bench, LAYER)
    if other is None:
        report.note("martin is not installed: script/bench --with-martin builds it (more than 6 minutes)")
    else:
        against_martin(bench, other, tiles, ours)
    warm(bench, other, tiles, peers)


def compare(report, zoom, ours, theirs, peer_name):
    """Rows for one zoom; each side is a list of runs of (rate, times)."""
    part = lambda runs, percent: median([percentile(run[1], percent) for run in runs])
    if zoom < THINNED_BELOW:
        name = f"tiles z{zoom}, cold, thinned by Reeve only"
        report.add(name + ", p50", "ms", part(ours, 50), part(theirs, 50), peer_name)
    else:
        name = f"tiles z{zoom}, cold, {CONNECTIONS} connections"
        rate = lambda runs: median([run[0] for run in runs])
        report.add(name, "tiles/s", rate(ours), rate(theirs), peer_name, more_is_better=True)
    report.add(name + ", p95", "ms", part(ours, 95), part(theirs, 95), peer_name)


def occupied(database, zoom, most):
    """Tiles with something in them: the fullest at zooms that need thinning, else mixed; always the same."""
    order = "count(*) desc, " if zoom < THINNED_BELOW else ""
    rows = database.run(f"""
        select x, y from (
            select floor((lon + 180) / 360 * 2 ^ {zoom})::int as x,
                   floor((1 - ln(tan(radians(lat)) + 1 / cos(radians(lat))) / pi()) / 2 * 2 ^ {zoom})::int as y
            from (select st_x(geom) as lon, st_y(geom) as lat from asset
                  where kind = '{LAYER}' and status <> 'removed') as point) as tile
        group by x, y order by {order}md5(x || ',' || y) limit {max(most, 1)};""")
    return [(int(x), int(y)) for x, y in rows]


def provide(database, tiles):
    """The peer's side: the tiles' boxes, and a view with what Reeve's tiles carry."""
    rows = ",".join(f"({zoom},{number},{x},{y})" for zoom, listed in tiles.items()
                    for number, (x, y) in enumerate(listed, 1))
    database.run(f"""
        create schema if not exists bench;
        drop table if exists bench.tile;
        create table bench.tile as
            select z, n, st_tileenvelope(z, x, y) as box,
                   st_transform(st_tileenvelope(z, x, y, margin => 0.015625), 4326) as degrees
            from (values {rows}) as listed (z, n, x, y);
        create unique index on bench.tile (z, n);
        create or replace view bench.{LAYER} as
            select id::text, label, geom from asset where kind = '{LAYER}' and status <> 'removed';
        analyze bench.tile;""")


def encoding(zoom, count):
    return f"""\\set n random(1, {count})
        select (select st_asmvt(t, '{LAYER}', 4096, 'geom') from (
                    select a.id::text, a.label, st_asmvtgeom(st_transform(a.geom, 3857), b.box, 4096, 64) as geom
                    from asset a where a.kind = '{LAYER}' and a.status <> 'removed' and a.geom && b.degrees) t
                where geom is not null)
        from bench.tile b where b.z = {zoom} and b.n = :n;
        """


def paths(zoom, listed):
    return [f"/tiles/{LAYER}/{zoom}/{x}/{y}.mvt" for x, y in listed]


def cold(bench, tiles):
    """One run: (rate, times) for each zoom. Another layer's tiles open the server's connections first."""
    bench.reeve.restart()
    load.latencies(bench.reeve.port, [f"/tiles/lamps/16/{x}/{y}.mvt" for x, y in tiles[16][:40]], CONNECTIONS)
    return {zoom: asked_once(bench.reeve.port, paths(zoom, listed), connections(zoom)) for zoom, listed in tiles.items()}


def asked_once(port, listed, connections_open):
    rate, times, statuses, _ = load.latencies(port, listed, connections_open)
    wrong = {status: count for status, count in statuses.items() if status not in (200, 204)}
    if wrong:
        raise RuntimeError(f"tiles were refused: {wrong}")
    return rate, times


def against_martin(bench, other, tiles, ours):
    for zoom, listed in tiles.items():
        runs = []
        for _ in range(bench.runs):
            with other.serving(cache_mb=0) as port:
                runs.append(asked_once(port, other.paths(zoom, listed), connections(zoom)))
        compare(bench.report, zoom, [run[zoom] for run in ours], runs, other.name)


def warm(bench, other, tiles, peers):
    """Tiles that both have made before, as they are and compressed, as browsers ask for them."""
    for zoom in (14, 16):
        for encoding_name in ("identity", "gzip"):
            headers = [f"Accept-Encoding: {encoding_name}"]
            run = lambda address, listed: load.wrk(address, listed, CONNECTIONS, bench.seconds, bench.scratch, headers)
            listed = paths(zoom, tiles[zoom])
            load.latencies(bench.reeve.port, listed, CONNECTIONS)
            ours = [run(bench.reeve.address, listed) for _ in range(bench.runs)]
            theirs, name = None, None
            if other is not None:
                with other.serving(cache_mb=2048) as port:
                    load.latencies(port, other.paths(zoom, tiles[zoom]), CONNECTIONS)
                    theirs = [run(f"http://127.0.0.1:{port}", other.paths(zoom, tiles[zoom])) for _ in range(bench.runs)]
                name = other.name + ", cache on"
            middle = lambda runs, field: median([run[field] for run in runs])
            title = f"tiles z{zoom}, warm, {encoding_name}, {CONNECTIONS} connections"
            if theirs:
                bench.report.add(title, "tiles/s", middle(ours, "rate"), middle(theirs, "rate"), name, more_is_better=True)
                bench.report.add(title + ", p95", "ms", middle(ours, "p95_us") / 1000, middle(theirs, "p95_us") / 1000, name)
            else:
                bare = median([run[0] for run in peers[zoom]])
                bench.report.add(title, "tiles/s", middle(ours, "rate"), bare, "ST_AsMVT, which keeps nothing",
                                 more_is_better=True)
                bench.report.add(title + ", p95", "ms", middle(ours, "p95_us") / 1000)
