## Fields and faults of data
registry-field-geometry = Place and shape
registry-field-label = Name
registry-field-status = Status
registry-field-part-of = Part of
registry-fault-required = This must be filled in.
registry-fault-unknown = This kind has no such attribute. Remove it, or ask an administrator to add it.
registry-fault-number = This must be a number, such as 12.5.
registry-fault-integer = This must be a whole number, such as 12.
registry-fault-boolean = Choose “yes” or “no”.
registry-fault-list = This must be a list of values.
registry-fault-text = This must be a text without control characters.
registry-fault-date = This must be a date that exists, such as 2026-11-24.
registry-fault-too-small = Too little: at least { $least }.
registry-fault-too-large = Too much: at most { $most }.
registry-fault-too-long = Too long: at most { $most } characters.
registry-fault-not-in-list = Choose from the list: { $choices }.
registry-fault-wants-point = A thing of this kind is a point.
registry-fault-wants-line = A thing of this kind is a line.
registry-fault-wants-area = A thing of this kind is an area.
registry-fault-wants-shape = A thing of this kind is a point, a line or an area.
registry-fault-vertices = Too many vertices: at most { $most }. Simplify the shape or split the thing.
registry-fault-not-on-earth = The coordinates are not on Earth. Check the system and the order of axes.
registry-fault-empty = The shape is empty: a line needs two different points, an area three.
registry-fault-outside = It lies outside the town. Check the coordinates, their system and the order of axes.
registry-fault-crosses-itself = The area's edge crosses itself. Move the vertex at the marked place.
registry-fault-hole-outside = A hole lies outside the area.
registry-fault-holes-nested = One hole lies in another.
registry-fault-parts-overlap = Parts of the area overlap. Join them or move them apart.
registry-fault-invalid-area = The area's shape is not valid at the marked place.
registry-fault-no-whole = The thing of which this should be a part is not there.
registry-fault-part-of-itself = A thing cannot be a part of itself.
registry-fault-has-parts = { $n ->
    [one] { $n } other thing still belongs to this one. Remove or move it before you remove this one.
   *[other] { $n } other things still belong to this one. Remove or move them before you remove this one.
}
registry-fault-has-burials = People lie buried in this grave. A grave with burials cannot be removed.
registry-fault-no-kind = There is no such kind of things.
registry-fault-other-kind = This thing is of another kind: { $kind }. A kind cannot be changed.
registry-fault-no-base = There is no version { $rev } of this thing. Load it again.
registry-invalid = Nothing was saved: { $n ->
    [one] { $n } field must be mended.
   *[other] { $n } fields must be mended.
}
registry-clash = Nothing was saved: somebody else changed the same meanwhile. Choose what shall stay.
registry-stale = Somebody else changed this thing: version { $now } is there now, and the change is about version { $given }.
registry-draft-changed = This draft was changed in another window. Load it again, or keep yours as a new one.
registry-draft-closed = This draft is already submitted or given up.
registry-draft-too-large = The draft is too large: at most { $most } changes. Submit it and begin a new one.
registry-undo-nothing = There is nothing to undo: these changes are already undone, or replaced by later ones.
registry-too-many-drafts = You have { $most } open drafts already. Submit one, or give one up.
registry-undo-people = This import cannot be taken back as a whole: the data of { $n } buried people changed after it.
registry-undo-parts = This import cannot be taken back as a whole: { $n } things that it brought have parts or burials by now that it did not bring.
