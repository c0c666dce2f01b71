"""Independent shortest walks in Friedhof Wittenau, against which Reeve's routes are tested.

Shares nothing with Reeve: reads the OpenStreetMap extract with pyosmium, joins ways by node id (Reeve joins
them by coordinate), measures with geographiclib's geodesic, and searches with networkx. Ways closed to
visitors (access=private or no) are left out, as in Reeve.

    pip install osmium networkx geographiclib
    python wittenau_shortest_path.py berlin-wittenau.osm.pbf

Prints: gate node, target node, target longitude and latitude, length in metres.
"""

import sys

import networkx
import osmium
from geographiclib.geodesic import Geodesic

WALKABLE = {
    "footway", "path", "steps", "pedestrian", "service", "track", "living_street", "residential",
    "unclassified", "tertiary", "secondary", "primary", "cycleway", "bridleway",
}
CLOSED = {"private", "no"}

# Gate node and inner path node; all are vertices of footways inside relation 4724661.
PAIRS = [
    (3416139852, 676889564),
    (3416139856, 676889557),
    (3416139861, 676889586),  # from the larger part, over the public way, into the smaller part
]


def read_graph(file_name):
    """The walkable ways as a graph over node ids, and the position of every node on them."""
    graph, place = networkx.Graph(), {}
    for way in osmium.FileProcessor(file_name).with_locations().with_filter(osmium.filter.KeyFilter("highway")):
        if not way.is_way() or way.tags.get("highway") not in WALKABLE:
            continue
        if way.tags.get("access") in CLOSED or way.tags.get("area") == "yes":
            continue
        nodes = [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()]
        for (a, a_lon, a_lat), (b, b_lon, b_lat) in zip(nodes, nodes[1:]):
            length_m = Geodesic.WGS84.Inverse(a_lat, a_lon, b_lat, b_lon)["s12"]
            place[a], place[b] = (a_lon, a_lat), (b_lon, b_lat)
            if length_m < graph.get_edge_data(a, b, {"length_m": float("inf")})["length_m"]:
                graph.add_edge(a, b, length_m=length_m)
    return graph, place


def main(file_name):
    graph, place = read_graph(file_name)
    for gate, target in PAIRS:
        length_m = networkx.dijkstra_path_length(graph, gate, target, weight="length_m")
        print(gate, target, *place[target], f"{length_m:.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
