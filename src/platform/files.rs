//! Files that are too large for the database: objects in a folder, or in a store that speaks S3.
//!
//! An object's name is made from its content, so it is written once and never changed; writing it again writes the
//! same. The database says which objects mean something: an object without a row is left over from a crash, and a
//! row is written only after its objects.

use std::{path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use object_store::{
    GetResult, ObjectStore, ObjectStoreExt, aws::AmazonS3Builder, local::LocalFileSystem, path::Path,
    prefix::PrefixStore,
};
use tokio::sync::OnceCell;

use super::{Config, config::FileSettings};

/// Why a file could not be kept or fetched.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The folder is not there and cannot be made.
    #[error("the folder {folder} for files cannot be made")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store refuses.
    #[error("the store of files refuses")]
    Store(#[from] object_store::Error),
    /// The name is none that a store takes.
    #[error("no name for a file")]
    Name(#[from] object_store::path::Error),
}

/// Where files are kept, as the settings say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine, or one that several machines share.
    Folder(PathBuf),
    /// A bucket, and what all names in it begin with.
    Bucket {
        /// The bucket.
        name: String,
        /// The beginning of all names; may be empty.
        prefix: String,
    },
}

impl Place {
    /// Reads the setting `files.url`: `s3://bucket/prefix` or `file:///folder`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        match url.scheme() {
            "file" => url.to_file_path().ok().map(Self::Folder),
            "s3" => {
                let name = url.host_str().filter(|name| !name.is_empty())?.to_owned();
                Some(Self::Bucket { name, prefix: url.path().trim_matches('/').to_owned() })
            }
            _ => None,
        }
    }
}

/// The store of files. Cheap to clone; opened when it is first used.
#[derive(Debug, Clone)]
pub struct Files {
    settings: FileSettings,
    place: Place,
    store: Arc<OnceCell<Arc<dyn ObjectStore>>>,
}

/// One object that is being read.
pub struct Object {
    /// Its size.
    pub bytes: u64,
    /// Its content.
    pub content: BoxStream<'static, Result<Bytes, object_store::Error>>,
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Object").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Files {
    /// The store of these settings. Nothing is opened yet.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let place = config
            .files
            .url
            .as_deref()
            .and_then(Place::parse)
            .unwrap_or_else(|| Place::Folder(config.var.join("files")));
        Self { settings: config.files.clone(), place, store: Arc::default() }
    }

    /// Where files are kept, for people.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.place {
            Place::Folder(folder) => folder.display().to_string(),
            Place::Bucket { name, prefix } => format!("s3://{name}/{prefix}"),
        }
    }

    /// Keeps an object.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn put(&self, name: &str, content: Bytes) -> Result<(), FileError> {
        self.store().await?.put(&Path::parse(name)?, content.into()).await?;
        Ok(())
    }

    /// A whole object; `None` when there is none of this name.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn get(&self, name: &str) -> Result<Option<Bytes>, FileError> {
        match self.fetch(name).await? {
            Some(found) => Ok(Some(found.bytes().await?)),
            None => Ok(None),
        }
    }

    /// An object to be passed on piece by piece; `None` when there is none of this name.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn stream(&self, name: &str) -> Result<Option<Object>, FileError> {
        let found = self.fetch(name).await?;
        Ok(found.map(|found| Object { bytes: found.meta.size, content: found.into_stream() }))
    }

    /// Whether there is an object of this name.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn has(&self, name: &str) -> Result<bool, FileError> {
        match self.store().await?.head(&Path::parse(name)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes all objects below a name, such as the files of an import that nobody needs any more.
    ///
    /// # Errors
    /// When the store refuses; what was removed before stays removed.
    pub async fn remove_below(&self, name: &str) -> Result<(), FileError> {
        let store = self.store().await?;
        let mut found = store.list(Some(&Path::parse(name)?));
        while let Some(object) = found.next().await {
            match store.delete(&object?.location).await {
                // Another node swept it away meanwhile.
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn fetch(&self, name: &str) -> Result<Option<GetResult>, FileError> {
        match self.store().await?.get(&Path::parse(name)?).await {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn store(&self) -> Result<&Arc<dyn ObjectStore>, FileError> {
        self.store.get_or_try_init(|| async { self.open() }).await
    }

    fn open(&self) -> Result<Arc<dyn ObjectStore>, FileError> {
        match &self.place {
            Place::Folder(folder) => {
                std::fs::create_dir_all(folder)
                    .map_err(|source| FileError::Folder { folder: folder.clone(), source })?;
                Ok(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)))
            }
            Place::Bucket { name, prefix } => {
                // Fails only when a provider is there already, which serves as well.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let mut bucket = AmazonS3Builder::new().with_bucket_name(name);
                if let Some(region) = &self.settings.region {
                    bucket = bucket.with_region(region);
                }
                if let Some(endpoint) = &self.settings.endpoint {
                    bucket = bucket.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
                }
                if let (Some(id), Some(key)) = (&self.settings.key_id, &self.settings.key) {
                    bucket = bucket.with_access_key_id(id).with_secret_access_key(key.reveal());
                }
                Ok(Arc::new(PrefixStore::new(bucket.build()?, Path::parse(prefix)?)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_from_addresses() {
        let bucket = |name: &str, prefix: &str| {
            Some(Place::Bucket { name: name.to_owned(), prefix: prefix.to_owned() })
        };
        assert_eq!(Place::parse("s3://town/reeve/files/"), bucket("town", "reeve/files"));
        assert_eq!(Place::parse("s3://town"), bucket("town", ""));
        assert_eq!(Place::parse("file:///srv/files"), Some(Place::Folder("/srv/files".into())));
        for nonsense in ["s3://", "ftp://town/files", "var/files", ""] {
            assert_eq!(Place::parse(nonsense), None, "{nonsense}");
        }
    }

    /// A store that knows as much of S3 as is needed here: it keeps what is put, and wants signed requests.
    async fn bucket() -> String {
        use axum::{
            body::to_bytes,
            extract::{Request, State},
            http::{Method, StatusCode},
            response::IntoResponse,
        };
        type Kept = Arc<std::sync::Mutex<std::collections::HashMap<String, Bytes>>>;
        let answer = async |State(kept): State<Kept>, request: Request| {
            let signed = request
                .headers()
                .get("authorization")
                .is_some_and(|value| value.to_str().unwrap().contains("Credential=an-id/"));
            let path = request.uri().path().to_owned();
            let tag = [("etag", "\"1\""), ("last-modified", "Tue, 24 Nov 2026 12:00:00 GMT")];
            match *request.method() {
                _ if !signed => StatusCode::FORBIDDEN.into_response(),
                Method::PUT => {
                    let content = to_bytes(request.into_body(), 1000).await.unwrap();
                    kept.lock().unwrap().insert(path, content);
                    tag.into_response()
                }
                _ => match kept.lock().unwrap().get(&path) {
                    Some(content) => (tag, content.clone()).into_response(),
                    None => StatusCode::NOT_FOUND.into_response(),
                },
            }
        };
        let router = axum::Router::new().fallback(answer).with_state(Kept::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    #[tokio::test]
    async fn a_bucket_keeps_files_under_its_prefix() {
        let config: Config = toml::from_str(&format!(
            "[files]\nurl = \"s3://town/reeve\"\nendpoint = \"{}\"\nregion = \"waw\"\nkey_id = \"an-id\"\nkey = \"k\"",
            bucket().await
        ))
        .unwrap();
        let files = Files::new(&config);
        assert_eq!(files.place(), "s3://town/reeve");
        assert!(!format!("{config:?}").contains("\"k\""), "keys are not shown");
        assert_eq!(files.get("a/b/c").await.unwrap(), None);
        files.put("a/b/c", Bytes::from_static(b"content")).await.unwrap();
        assert_eq!(files.get("a/b/c").await.unwrap().unwrap(), "content");
        assert!(files.has("a/b/c").await.unwrap());
    }

    #[tokio::test]
    async fn objects_come_back_as_they_were_put() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { var: folder.path().join("deep/var"), ..Config::default() };
        let files = Files::new(&config);
        assert_eq!(files.get("a/b/c").await.unwrap(), None);
        for _ in 0..2 {
            files.put("a/b/c", Bytes::from_static(b"content")).await.unwrap();
        }
        assert_eq!(files.get("a/b/c").await.unwrap().unwrap(), "content");
        assert_eq!(files.stream("a/b/c").await.unwrap().unwrap().bytes, 7);
        assert!(files.has("a/b/c").await.unwrap() && !files.has("a/b/d").await.unwrap());
        assert!(files.get("../outside").await.is_err());
        files.put("a/b2/c", Bytes::from_static(b"other")).await.unwrap();
        files.remove_below("a/b").await.unwrap();
        assert!(!files.has("a/b/c").await.unwrap() && files.has("a/b2/c").await.unwrap());
    }
}
