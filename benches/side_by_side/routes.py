"""Ways from a place in the town to a grave, against pgr_dijkstra on the same paths.

The peer is spared what Reeve does besides: finding the nearest path, the last leg, the turns in words, the JSON. Its
graph has a vertex only where paths meet or end, as a router's should.
"""

import json

import load
from report import median, percentile

CONNECTIONS = 8
PEER = "pgr_dijkstra"
GRAPH = "select id, source, target, cost from bench.edge"


def measure(bench):
    database, report = bench.database(), bench.report
    if not database.has("pgrouting"):
        report.note("pgRouting is not installed (Debian: postgresql-15-pgrouting); routes have no peer")
        return
    vertices, edges = provide(database)
    pairs = chosen(database, 30 if bench.quick else 200)
    ours = [ask(bench, pairs) for _ in range(bench.runs)]
    theirs = [database.times_ms(
        f"prepare way(bigint, bigint) as select seq, node, edge, cost from pgr_dijkstra('{GRAPH}', $1, $2, false);"
        f"execute way({pairs[0][0]}, {pairs[0][1]});",
        [f"execute way({source}, {target});" for source, target, *_ in pairs])[0] for _ in range(bench.runs)]
    name = f"route to a grave, {vertices:,} vertices, {edges:,} edges"
    for part in (50, 95):
        middle = lambda runs: median([percentile(run, part) for run in runs])
        report.add(f"{name}, p{part}", "ms", middle(ours), middle(theirs), PEER)
    mine = [load.wrk(bench.reeve.address, paths(pairs), CONNECTIONS, bench.seconds, bench.scratch)["rate"]
            for _ in range(bench.runs)]
    peer = [database.pgbench(f"""\\set n random(1, {len(pairs)})
        select count(*) from bench.pair p,
        lateral pgr_dijkstra('{GRAPH}', p.source, p.target, false) w where p.n = :n;
        """, CONNECTIONS, bench.seconds)[0] for _ in range(bench.runs)]
    report.add(f"routes, {CONNECTIONS} connections", "routes/s", median(mine), median(peer), PEER, more_is_better=True)


def provide(database):
    """The peer's graph: paths cut where they meet. Answers how many vertices and edges."""
    database.run("""
        create schema if not exists bench;
        drop table if exists bench.point, bench.vertex, bench.edge, bench.pair;
        create table bench.point as
            select line, at, geom, last, round(st_x(geom) * 1e7)::bigint as x, round(st_y(geom) * 1e7)::bigint as y,
                   coalesce(sum(step) over (partition by line order by at), 0) as along_m
            from (
                select line, at, geom, max(at) over (partition by line) as last,
                       st_distance(geom::geography, lag(geom) over (partition by line order by at)::geography) as step
                from (
                    select line, (point).path[1] as at, (point).geom as geom
                    from (select line, st_dumppoints(part) as point
                          from (select row_number() over () as line, part
                                from (select (st_dump(geom)).geom as part from path) as parts) as lines) as dumped
                ) as points
            ) as stepped;
        create table bench.vertex as
            select row_number() over () as id, x, y, st_setsrid(st_makepoint(x / 1e7, y / 1e7), 4326) as geom
            from bench.point group by x, y having count(*) > 1 or bool_or(at = 1 or at = last);
        create unique index on bench.vertex (x, y);
        create index on bench.vertex using gist (geom);
        analyze bench.vertex;
        create table bench.edge as
            select row_number() over () as id, source, target, cost from (
                select v.id as source, lead(v.id) over line as target, lead(p.along_m) over line - p.along_m as cost
                from bench.point p join bench.vertex v using (x, y)
                window line as (partition by p.line order by p.at)) as cut
            where target is not null;
        alter table bench.edge add primary key (id);
        analyze bench.edge;""")
    counts = database.run("select (select count(*) from bench.vertex), (select count(*) from bench.edge);")
    return int(counts[0][0]), int(counts[0][1])


def chosen(database, count):
    """Pairs that the largest connected part of the graph joins: vertices, the start's position and the grave."""
    rows = database.run(f"""
        create temp table part as select node, component from pgr_connectedcomponents('{GRAPH}');
        create temp table main as select node from part
            where component = (select component from part group by component order by count(*) desc, component limit 1);
        create table bench.pair as
            select row_number() over () as n, s.node as source, t.node as target, st_x(s.geom) as lon, st_y(s.geom) as lat,
                   t.grave
            from (select row_number() over (order by md5(m.node::text)) as n, m.node, v.geom
                  from main m join bench.vertex v on v.id = m.node limit {count}) s
            join (select row_number() over (order by md5(g.id::text)) as n, g.id as grave, near.id as node
                  from (select * from grave order by md5(id::text) limit {count}) g
                  cross join lateral (select v.id from bench.vertex v where v.id in (select node from main)
                                      order by v.geom <-> g.geom limit 1) near) t on t.n = s.n;
        select source, target, lon, lat, grave from bench.pair order by n;""")
    if not rows:
        raise RuntimeError("there is no path or no grave")
    return [(int(source), int(target), lon, lat, grave) for source, target, lon, lat, grave in rows]


def paths(pairs):
    return [f"/api/graves/{grave}/route?profile=walk&from={float(lon):.7f},{float(lat):.7f}" for _, _, lon, lat, grave in pairs]


def ask(bench, pairs):
    """Times in ms of the answers that are ways, after some that are not counted."""
    load.latencies(bench.reeve.port, paths(pairs[:10]), 1)
    _, times, statuses, bodies = load.latencies(bench.reeve.port, paths(pairs), 1, keep=True)
    found = statuses.get(200, 0)
    if found < len(pairs) * 0.9:
        refusal = next((body for body in bodies if b'"type":"Feature"' not in body.replace(b" ", b"")), b"{}")
        raise RuntimeError(f"only {found} of {len(pairs)} ways were found: {statuses} {json.loads(refusal)}")
    return times
