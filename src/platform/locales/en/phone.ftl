### The phone: pages without a network, the home screen, notifications. In `-js-` texts and in `phone-kept`, %name% is a place.

## A page out of the device's memory
phone-kept-label = A page from this device's memory
phone-kept = From this device's memory, read %when%.
phone-kept-again = Load again

## A form that cannot be sent
phone-unsent-title = Not sent: there is no connection
phone-unsent = Everything you typed is still in the form. Keep this page open and send it again when the network is back.

## The page in place of one that was not read
offline-title = No connection
offline-lead = Without a network only pages that were opened on this device before can be shown. This one was not here yet.
offline-again = Try again
offline-list-title = Can be read without a network
offline-list-none = This device remembers no page yet.
offline-list-scripts = The list of pages needs JavaScript.
offline-list-own = Pages of your account leave the device when you sign out, when the session ends and when somebody else signs in.

## Home screen
install-title = On the phone's screen
install-text = Add this service to the home screen: it opens like an app, and pages that you have read work without a network.
install-button = Add to home screen
install-by-hand = On an iPhone or iPad: open the browser's share menu and choose “Add to Home Screen”. The page then opens like an app and can show notifications.
install-done = Done. The service is on the home screen.
help-phone-title = On the phone and without a network
help-phone-1 = Pages that were opened before can be read without a network too; at the top they say when they were read.
help-phone-2 = A form sent without a network stays on the screen with everything you typed.

## Notifications
push-title = Notifications on this device
push-scripts = Notifications on a phone or computer need JavaScript. Messages always wait in the inbox of your account.
push-js-off = This device shows no notifications. When you turn them on, the browser will ask for your permission. A notification holds no names and no amounts.
push-js-on = This device shows notifications of new messages. They end when you sign out and when somebody else signs in.
push-js-turn-on = Turn on on this device
push-js-turn-off = Turn off on this device
push-js-turned-on = Notifications are on on this device.
push-js-turned-off = Notifications are off.
push-js-not-allowed = Without permission in the browser's window notifications cannot be turned on. You can try again.
push-js-failed = It did not work. Check the connection and try again.
push-js-no-server = Whether notifications are on is not known: the server does not answer. Load the page again.
push-js-unsupported = This browser shows no notifications. Messages wait in the inbox of your account.
push-js-home-screen-first = On an iPhone or iPad first add this page to the home screen (share menu, “Add to Home Screen”), open it from there and turn notifications on here.
push-js-blocked = Notifications of this page are blocked in the browser. To unblock them, open the site's settings (the icon beside the page's address), set “Notifications” to “Allow” and load the page again.
push-js-others = Other devices that show notifications:
push-js-some-device = A device
push-js-since = since %when%
push-js-remove = Remove
phone-js-notice = A new message from the office
phone-js-notice-body = Open it to read it.
