//! Letters: who takes them, and what is handed over.
//!
//! Electronic delivery (e-Doręczenia) has an operator of its own in each town, and its interface is given out with the
//! contract; so what is here is the seam, [`Postman`], and the one that works everywhere: a folder from which the
//! office's record system fetches. One letter is one folder with a `manifest.json` that names all files with their
//! sums, made under another name and renamed when it is whole.

use std::path::{Path, PathBuf};

use channels::{Failure, Receipt};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use uuid::Uuid;

use super::ops::sum_of;

/// A file of a letter.
#[derive(Debug, Clone)]
pub struct Enclosure {
    /// Its name in the folder.
    pub name: String,
    /// Its type.
    pub media_type: String,
    /// What is in it.
    pub content: bytes::Bytes,
}

/// A letter that is to be handed over.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Id of the delivery: the same at every try.
    pub id: Uuid,
    /// Address for electronic delivery: `AE:PL-…`.
    pub to: String,
    /// What the town calls itself.
    pub from: String,
    /// One line.
    pub subject: String,
    /// When the letter was written.
    pub created_at: DateTime<Utc>,
    /// The letter itself first, then what comes with it.
    pub files: Vec<Enclosure>,
}

/// Whoever takes letters for electronic delivery.
pub trait Postman: Send + Sync + std::fmt::Debug {
    /// What proofs call them.
    fn name(&self) -> &str;

    /// Takes a letter. The same letter again is the same letter.
    fn hand_over<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Result<Receipt, Failure>>;
}

/// A folder from which somebody fetches.
#[derive(Debug)]
pub struct FileOutbox {
    folder: PathBuf,
}

impl FileOutbox {
    /// The outbox in this folder, which is made when it is first needed.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl Postman for FileOutbox {
    fn name(&self) -> &str {
        "folder"
    }

    fn hand_over<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(async move {
            let (folder, parcel) = (self.folder.clone(), parcel.clone());
            let written = tokio::task::spawn_blocking(move || write(&folder, &parcel)).await;
            match written {
                Ok(Ok(name)) => {
                    Ok(Receipt { provider_id: Some(name.clone()), detail: format!("folder {name}") })
                }
                Ok(Err(error)) => Err(Failure::Temporary {
                    text: format!("the folder for electronic delivery cannot be written: {error}"),
                    retry_after: None,
                }),
                Err(_) => {
                    Err(Failure::Temporary { text: "writing was broken off".into(), retry_after: None })
                }
            }
        })
    }
}

/// Writes the whole letter beside its place and renames it.
fn write(folder: &Path, parcel: &Parcel) -> std::io::Result<String> {
    let name = parcel.id.to_string();
    let place = folder.join(&name);
    if place.exists() {
        return Ok(name);
    }
    let beside = folder.join(format!(".{name}"));
    match std::fs::remove_dir_all(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::fs::create_dir_all(&beside)?;
    let mut files = Vec::new();
    for (number, file) in (1u32..).zip(&parcel.files) {
        // Names were made harmless when they came in; the number keeps two of the same name apart.
        let own = format!("{number:02}-{}", file.name.replace(['/', '\\'], "-"));
        std::fs::write(beside.join(&own), &file.content)?;
        files.push(serde_json::json!({
            "name": own,
            "media_type": file.media_type,
            "bytes": file.content.len(),
            "sha256": sum_of(&file.content),
        }));
    }
    let manifest = serde_json::json!({
        "id": parcel.id,
        "kind": "letter",
        "sender": { "name": parcel.from },
        "recipient": { "electronic_address": parcel.to },
        "created_at": parcel.created_at,
        "subject": parcel.subject,
        "files": files,
    });
    std::fs::write(beside.join("manifest.json"), serde_json::to_vec_pretty(&manifest)?)?;
    std::fs::File::open(&beside)?.sync_all()?;
    match std::fs::rename(&beside, &place) {
        // Another node was quicker with the same letter.
        Err(_) if place.exists() => {}
        other => other?,
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_letter_is_one_folder_however_often_it_is_handed_over() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = FileOutbox::new(folder.path().join("outbox/edor"));
        let file = |name: &str, content: &'static [u8]| Enclosure {
            name: name.into(),
            media_type: "text/plain".into(),
            content: bytes::Bytes::from_static(content),
        };
        let parcel = Parcel {
            id: Uuid::now_v7(),
            to: "AE:PL-12345-67890-ABCDE-12".into(),
            from: "Zmyślin".into(),
            subject: "Zawiadomienie".into(),
            created_at: DateTime::UNIX_EPOCH,
            files: vec![file("pismo.txt", b"abc"), file("pismo.txt", b"def")],
        };
        for _ in 0..2 {
            let receipt = outbox.hand_over(&parcel).await.unwrap();
            assert_eq!(receipt.provider_id, Some(parcel.id.to_string()));
        }
        let place = folder.path().join("outbox/edor").join(parcel.id.to_string());
        let manifest: serde_json::Value =
            serde_json::from_slice(&std::fs::read(place.join("manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["files"][1]["name"], "02-pismo.txt");
        assert_eq!(manifest["files"][0]["sha256"], sum_of(b"abc"));
        assert_eq!(std::fs::read(place.join("02-pismo.txt")).unwrap(), b"def");
        assert_eq!(std::fs::read_dir(folder.path().join("outbox/edor")).unwrap().count(), 1);
    }
}
