//! What the tests share.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;

/// The instant of the tests.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).to_str().unwrap()
    }

    pub fn form(&self) -> std::collections::HashMap<String, String> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }
}

type Kept = Arc<Mutex<Vec<Seen>>>;
type Answering = Arc<dyn Fn(&Seen) -> Response + Send + Sync>;

/// A server of HTTP that answers everything alike and remembers what it was asked.
#[derive(Clone)]
pub struct Web {
    pub address: SocketAddr,
    seen: Kept,
}

impl Web {
    pub async fn answering(answer: impl Fn(&Seen) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Kept::default();
        let state: (Kept, Answering) = (seen.clone(), Arc::new(answer));
        let router = Router::new().fallback(keep).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, seen }
    }

    pub async fn with(status: u16, body: &'static str) -> Self {
        Self::answering(move |_| (StatusCode::from_u16(status).unwrap(), body).into_response()).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn keep(State((seen, answer)): State<(Kept, Answering)>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap().to_vec();
    let one = Seen { path: head.uri.path().to_owned(), headers: head.headers, body };
    seen.lock().unwrap().push(one.clone());
    answer(&one)
}

/// An address where nobody listens.
pub async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// A server that takes what is sent and never answers, or closes without an answer.
pub async fn silent(closes: bool) -> SocketAddr {
    use tokio::io::AsyncReadExt;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            if closes {
                // Something of the request was read: it did leave.
                let _ = stream.read(&mut [0; 16]).await;
            } else {
                open.push(stream);
            }
        }
    });
    address
}
