//! From rows to bytes: a writer on a thread of its own between two bounded channels.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use bytes::Bytes;
use exporters::{Column, Metadata, Options, Row, WriteError};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::columns::{Field, value};
use super::store::Thing;
use crate::kernel::Geom;

/// How long a reader may take nothing before the export ends.
pub(super) const SLOWEST_READER: Duration = Duration::from_secs(60);
/// Pieces that wait for a slow reader before the database is made to wait.
pub(super) const PIECES_WAITING: usize = 8;
/// Bytes of a piece.
const PIECE_BYTES: usize = 64 * 1024;

/// Things as they come from the database, or why no more come.
pub(super) type Things = mpsc::Receiver<Result<Vec<Thing>, sqlx::Error>>;
/// Pieces of the file, or why it is not whole.
pub(super) type Pieces = mpsc::Sender<io::Result<Bytes>>;

/// Hands what is written to whoever reads the answer, and waits while they are slow.
struct Outlet {
    pieces: Pieces,
    runtime: Handle,
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.pieces.send_timeout(Ok(Bytes::copy_from_slice(bytes)), SLOWEST_READER);
        let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader left or is too slow");
        self.runtime.block_on(sent).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a file is made with.
pub(super) struct Making {
    pub(super) format: exporters::Format,
    pub(super) metadata: Metadata,
    pub(super) fields: Vec<(Field, Column)>,
    pub(super) options: Options,
}

/// Writes the file until there is nothing more to write, or nobody to read it. Blocks.
pub(super) fn write_file(making: Making, mut things: Things, pieces: &Pieces, runtime: Handle) {
    if let Err(error) = try_write(making, &mut things, pieces, runtime) {
        // Nobody may be left to hear it.
        let _ = pieces.blocking_send(Err(io::Error::other(error)));
    }
}

fn try_write(
    making: Making,
    things: &mut Things,
    pieces: &Pieces,
    runtime: Handle,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (fields, columns): (Vec<Field>, Vec<Column>) = making.fields.into_iter().unzip();
    let out = BufWriter::with_capacity(PIECE_BYTES, Outlet { pieces: pieces.clone(), runtime });
    let mut writer = exporters::writer(making.format, &making.metadata, &columns, &making.options, out)?;
    while let Some(batch) = things.blocking_recv() {
        for thing in batch? {
            writer.row(row(thing, &fields)?)?;
        }
    }
    Ok::<_, WriteError>(writer.finish()?).map_err(Into::into)
}

fn row(mut thing: Thing, fields: &[Field]) -> Result<Row, crate::kernel::geom::BadGeometry> {
    Ok(Row {
        id: thing.id.to_string(),
        geometry: Some(Geom::from_ewkb(&thing.geom)?.0),
        values: fields.iter().map(|field| value(&mut thing, field)).collect(),
    })
}
