//! Texts that one thread finds and another one reads.

use std::panic::resume_unwind;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use crate::table::TableError;

/// Texts change hands in batches of about this size.
const BATCH_BYTES: usize = 256 << 10;
/// Batches that may wait. A text may be large, so there are few.
const WAITING: usize = 1;

type TextSink<'a> = dyn FnMut(&[u8]) -> Result<(), TableError> + 'a;

/// Texts one after another, with their ends.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// Runs `find` on a thread of its own and hands what it finds to `read`, in the same order; answers what `find` answers.
///
/// # Errors
/// The first one of both, in the order of the texts.
pub(super) fn beside<T: Send>(
    find: impl FnOnce(&mut TextSink<'_>) -> Result<T, TableError> + Send,
    read: &mut TextSink<'_>,
) -> Result<T, TableError> {
    let (sender, receiver) = sync_channel::<Batch>(WAITING);
    thread::scope(|scope| {
        let finding = scope.spawn(move || {
            let mut batch = Batch::default();
            let found = find(&mut |text| {
                batch.text.extend_from_slice(text);
                batch.ends.push(batch.text.len());
                if batch.text.len() < BATCH_BYTES { Ok(()) } else { hand_over(&sender, &mut batch) }
            });
            // What was found before a failure is read before it.
            hand_over(&sender, &mut batch)?;
            found
        });
        let read = receiver.iter().try_for_each(|batch| {
            let mut start = 0;
            batch.ends.iter().try_for_each(|end| {
                let text = batch.text.get(start..*end).unwrap_or_default();
                start = *end;
                read(text)
            })
        });
        // Who still finds is told that nobody reads any more.
        drop(receiver);
        let found = finding.join().unwrap_or_else(|panic| resume_unwind(panic));
        read.and(found)
    })
}

fn hand_over(sender: &SyncSender<Batch>, batch: &mut Batch) -> Result<(), TableError> {
    let full = std::mem::replace(
        batch,
        Batch { text: Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 8), ends: Vec::new() },
    );
    sender.send(full).map_err(|_| TableError::Sink("nobody reads any more".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(take: &mut TextSink<'_>, up_to: u32) -> Result<u32, TableError> {
        (0..up_to).try_for_each(|number| take(&number.to_be_bytes()))?;
        Ok(up_to)
    }

    #[test]
    fn texts_come_whole_and_in_order() {
        let mut next = 0_u32;
        let found = beside(|take| numbers(take, 200_000), &mut |text| {
            assert_eq!(text, next.to_be_bytes());
            next += 1;
            Ok(())
        });
        assert_eq!((found.unwrap(), next), (200_000, 200_000));
    }

    #[test]
    fn the_first_failure_is_told() {
        let failure = |what: &str| Err::<(), _>(TableError::Sink(what.into()));
        let mut read = 0;
        let found = beside(|take| numbers(take, 10).and_then(|_| failure("find")), &mut |_| {
            read += 1;
            Ok(())
        });
        assert_eq!((found.unwrap_err().to_string().as_str(), read), ("find", 10));
        let found = beside(|take| numbers(take, 10_000_000), &mut |_| failure("read"));
        assert_eq!(found.unwrap_err().to_string(), "read");
    }
}
