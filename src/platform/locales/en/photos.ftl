photos-title = Photos
photos-page-title = Photos: { $label }
photos-none = There are no photos yet.
photos-alt = Photo of { $label }
photos-alt-numbered = Photo { $n } of { $total }: { $label }
photos-taken = Taken { $date }
photos-added = Added { $date }, { $who }
photos-private = Staff only
photos-original = Original file
photos-use-place = Move the thing to the photo’s place (editor)
photos-change = Change or remove
photos-caption = Caption
photos-public = Show to everybody
photos-save = Save
photos-remove = Remove photo
photos-remove-hint = A removed photo disappears from all pages. To bring it back, add the same file again.
photos-caption-too-long = A caption can have at most { $n } characters.

photos-add-label = Add photos
photos-add-hint = JPEG, PNG or WebP, each up to 40 MB. Photos are turned upright and shown without what the camera wrote into them.
photos-add-hint-form = Together up to 60 MB.
photos-send = Send photos
photos-queue = Files being sent
photos-said-added = { $n ->
    [one] { $n } photo added.
   *[other] { $n } photos added.
  }
photos-said-known = { $n ->
    [one] { $n } photo was here already.
   *[other] { $n } photos were here already.
  }

photos-refused-title = Not all files were added
photos-refused-nothing = choose at least one file.
photos-refused-empty = the file is empty. Choose the photo again.
photos-refused-bytes = the file is larger than 40 MB. Make the photo smaller and add it again.
photos-refused-form = The files are larger than 60 MB together. Send them in several parts.
photos-refused-type = this is no JPEG, PNG or WebP photo.
photos-refused-heic = HEIC photos cannot be taken. On an iPhone choose Settings, Camera, Formats, “Most Compatible”; on a Samsung switch off “High efficiency pictures” in the camera’s settings. Then take the photo again, or save it as JPEG.
photos-refused-animated = this is a moving picture. Add an ordinary photo.
photos-refused-pixels = the photo is too large: at most 60 megapixels and 20,000 pixels a side. Make it smaller and add it again.
photos-refused-damaged = the file is damaged and cannot be read. Send it again from the camera or phone.
photos-refused-slow = reading the file took too long. Save the photo anew as JPEG and add it again.
photos-refused-full = there are 200 photos here already. Remove some to add new ones.
photos-refused-busy = the server is busy. Send the file again in a moment.

photos-js-camera = Take a photo
photos-js-drop = or drop them here
photos-js-waiting = waiting
photos-js-sending = sending: %percent%%
photos-js-working = being worked on
photos-js-added = added
photos-js-known = this photo was here already
photos-js-too-large = the file is larger than 40 MB. Make the photo smaller and add it again.
photos-js-heic = HEIC photos cannot be taken. Set the camera to JPEG (iPhone: Settings, Camera, Formats, “Most Compatible”).
photos-js-offline = could not be sent: no connection.
photos-js-signed-out = the session has ended. Sign in in another tab, then try again.
photos-js-busy = the server is busy.
photos-js-failed = could not be sent (error %status%).
photos-js-retry = Try again
photos-js-retry-file = Try again: %name%
photos-js-progress = Progress: %name%
photos-js-done = Photos added: %added%, refused: %refused%.
js-card-photo = Photo of %label%
