"""Opens the project of a served town in QGIS, without a screen, and says what came of it.

    python3 tests/qgis/open_project.py http://127.0.0.1:8080 [PICTURE.png] [SCALE] [QUERY]

Ends with 0 when every layer is valid and holds as many things as the server counts, with 1 when not, and with 77, saying
so, where there is no QGIS. The server may be any that runs: `reeve serve --demo --size village`.
"""

import json
import os
import sys
import tempfile
import urllib.request

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
try:
    from qgis.core import (
        QgsApplication,
        QgsCoordinateTransform,
        QgsMapRendererParallelJob,
        QgsMapSettings,
        QgsProject,
        QgsRectangle,
        QgsVectorLayer,
    )
    from qgis.PyQt.QtCore import QSize
except ImportError:
    print("skipped: there is no QGIS here (Debian: python3-qgis)")
    sys.exit(77)


def fetch(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read()


def picture(project, path, scale):
    settings = QgsMapSettings()
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setLayers(project.layerTreeRoot().layerOrder())
    settings.setOutputSize(QSize(1400, 900))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(project.backgroundColor())
    middle = project.viewSettings().defaultViewExtent()
    transform = QgsCoordinateTransform(middle.crs(), project.crs(), project)
    extent = transform.transformBoundingBox(middle)
    if scale:
        half = [pixels / 2 * 0.0254 / 96 * scale for pixels in (1400, 900)]
        at = extent.center()
        extent = QgsRectangle(at.x() - half[0], at.y() - half[1], at.x() + half[0], at.y() + half[1])
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    for error in job.errors():
        print("drawing:", error.layerID, error.message)
    job.renderedImage().save(path)


def main(base, path=None, scale=None, query=""):
    application = QgsApplication([], False)
    application.initQgis()
    counts = {kind["slug"]: kind["count"] for kind in json.loads(fetch(f"{base}/api/kinds"))}
    file = os.path.join(tempfile.mkdtemp(), "town.qgs")
    with open(file, "wb") as out:
        out.write(fetch(f"{base}/ogc/qgis.qgs?{query}"))
    project = QgsProject.instance()
    faults = [] if project.read(file) else [f"the project cannot be read: {project.error()}"]
    layers = project.mapLayers()
    for id, layer in sorted(layers.items()):
        if not layer.isValid():
            faults.append(f"{id} is not valid: {layer.error().message()}")
        if not isinstance(layer, QgsVectorLayer):
            continue
        slug = id.removeprefix("reeve_layer_")
        walked = sum(1 for _ in layer.getFeatures())
        aliases = sum(1 for field in layer.fields() if field.alias())
        print(
            f"{slug}: {layer.featureCount()} things, {walked} walked, {layer.geometryType()} {layer.wkbType()},"
            f" {len(layer.fields())} fields of which {aliases} have titles, {layer.crs().authid()},"
            f" renderer {layer.renderer().type()}, labels {layer.labelsEnabled()}, read-only {layer.readOnly()}"
        )
        if not layer.featureCount() == walked == counts.get(slug):
            faults.append(f"{slug}: {walked} walked, {layer.featureCount()} said, {counts.get(slug)} expected")
    expected = {f"reeve_layer_{slug}" for slug, count in counts.items() if count}
    if not query and not expected <= set(layers):
        faults.append(f"missing: {expected - set(layers)}")
    if project.crs().authid() != "EPSG:2180":
        faults.append(f"the system is {project.crs().authid()!r}")
    print("system:", project.crs().authid(), "groups:", [g.name() for g in project.layerTreeRoot().findGroups()])
    if path:
        picture(project, path, float(scale) if scale else None)
    for fault in faults:
        print("FAULT", fault)
    project.clear()
    application.exitQgis()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
