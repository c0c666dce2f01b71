//! Accepts connections and refuses addresses that are longer than any honest one.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, connect_info::Connected},
    http::request::Parts,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Instant, Sleep, sleep_until},
};

/// Longest first line of a request, in bytes. The HTTP library below would answer a longer one with 431, "header
/// fields too large", which blames the wrong part.
const LONGEST_LINE_BYTES: usize = 32 * 1024;

/// Most that is read and thrown away so that the caller, still sending, gets to see the answer.
const MOST_DRAINED_BYTES: usize = 64 * 1024 * 1024;

const TOO_LONG: &str =
    r#"{"type":"about:blank","title":"Address too long","status":414,"detail":"the address is too long"}"#;

/// A TCP listener whose connections answer 414 to a request that begins with an endless line.
#[derive(Debug)]
pub struct PatientListener(pub TcpListener);

impl Listener for PatientListener {
    type Io = Guarded;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guarded, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // A failure to switch off Nagle's algorithm only costs time.
        let _ = stream.set_nodelay(true);
        (Guarded::new(stream), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that watches the length of its first line, and ends when nothing moves on it any more.
#[derive(Debug)]
pub struct Guarded {
    stream: TcpStream,
    state: State,
    /// When something last moved.
    moved: Instant,
    /// Wakes the connection to look at the time.
    alarm: Pin<Box<Sleep>>,
    /// Whether an answer is being made on which the caller has to wait.
    line: Line,
}

/// The line to a caller, as whoever makes a long answer holds it open.
#[derive(Debug, Clone, Default)]
pub struct Line(Arc<AtomicUsize>);

impl Line {
    /// While the value lives, nothing needs to move on the connection: the caller waits for us, not we for them.
    #[must_use]
    pub fn hold(&self) -> Held {
        self.0.fetch_add(1, Ordering::Relaxed);
        Held(self.clone())
    }

    fn is_held(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// See [`Line::hold`].
#[derive(Debug)]
pub struct Held(Line);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<S: Sync> FromRequestParts<S> for Line {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<ConnectInfo<Caller>>();
        Ok(caller.map(|ConnectInfo(Caller(_, line))| line.clone()).unwrap_or_default())
    }
}

/// How long a connection may lie still: between two requests, within one, or because a reader takes nothing.
const LONGEST_STILL: Duration = Duration::from_secs(75);
/// How long a refused caller has to read why.
const LONGEST_REFUSED: Duration = Duration::from_secs(10);

impl Guarded {
    fn new(stream: TcpStream) -> Self {
        let moved = Instant::now();
        Self {
            stream,
            state: State::FirstLine(0),
            moved,
            alarm: Box::pin(sleep_until(moved + LONGEST_STILL)),
            line: Line::default(),
        }
    }

    /// Pending, until the connection has lain still for too long.
    fn lie_still(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let limit = if matches!(self.state, State::Refused(_)) { LONGEST_REFUSED } else { LONGEST_STILL };
        while self.alarm.as_mut().poll(cx).is_ready() {
            if self.line.is_held() {
                self.moved = Instant::now();
            }
            let until = self.moved + limit;
            if until <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.alarm.as_mut().reset(until);
        }
        Poll::Pending
    }
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Bytes of the first line so far.
    FirstLine(usize),
    /// The first line has ended; nothing more to watch.
    Open,
    /// Refused; bytes drained since.
    Refused(usize),
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let before = buf.filled().len();
            match Pin::new(&mut self.stream).poll_read(cx, buf) {
                Poll::Pending => return self.lie_still(cx),
                Poll::Ready(read) => read?,
            }
            if !matches!(self.state, State::Refused(_)) {
                self.moved = Instant::now();
            }
            let fresh = buf.filled().get(before..).unwrap_or_default();
            let ended = fresh.is_empty();
            match self.state {
                State::Open => return Poll::Ready(Ok(())),
                State::FirstLine(seen) => {
                    let seen = seen + fresh.len();
                    if ended || fresh.contains(&b'\n') {
                        self.state = State::Open;
                    } else if seen <= LONGEST_LINE_BYTES {
                        self.state = State::FirstLine(seen);
                    } else {
                        self.state = State::Refused(0);
                        self.alarm.as_mut().reset(Instant::now() + LONGEST_REFUSED);
                        // The buffer of a fresh connection is empty: the few bytes fit or the caller is gone.
                        let _ = self.stream.try_write(&refusal());
                        buf.set_filled(before);
                        continue;
                    }
                    return Poll::Ready(Ok(()));
                }
                State::Refused(drained) => {
                    let drained = drained + fresh.len();
                    buf.set_filled(before);
                    self.state = State::Refused(drained);
                    if ended || drained > MOST_DRAINED_BYTES {
                        return Poll::Ready(Err(io::Error::new(
                            io::ErrorKind::InvalidData,
                            "first line too long",
                        )));
                    }
                }
            }
        }
    }
}

fn refusal() -> Vec<u8> {
    format!(
        "HTTP/1.1 414 URI Too Long\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{TOO_LONG}",
        TOO_LONG.len()
    )
    .into_bytes()
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, data));
        self.moved = Instant::now();
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, parts));
        self.moved = Instant::now();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

impl Connected<IncomingStream<'_, PatientListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, PatientListener>) -> Self {
        Self(*stream.remote_addr(), stream.io().line.clone())
    }
}

/// The address of whoever opened the connection, and the line to them.
#[derive(Debug, Clone)]
pub struct Caller(pub SocketAddr, pub Line);

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    /// A connection on which nothing has moved for longer than it may.
    async fn still() -> (Guarded, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let there = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut guarded = Guarded::new(listener.accept().await.unwrap().0);
        guarded.moved = Instant::now().checked_sub(LONGEST_STILL).unwrap();
        guarded.alarm.as_mut().reset(Instant::now());
        (guarded, there)
    }

    #[tokio::test]
    async fn a_connection_ends_when_nothing_moves_unless_the_caller_waits_for_us() {
        let (mut idle, _there) = still().await;
        let ended = idle.read_u8().await.unwrap_err();
        assert_eq!(ended.kind(), io::ErrorKind::TimedOut);
        let (mut waiting, _there) = still().await;
        let held = waiting.line.hold();
        let mut byte = [0];
        let mut buffer = ReadBuf::new(&mut byte);
        let polled = std::future::poll_fn(|cx| {
            Poll::Ready(Pin::new(&mut waiting).poll_read(cx, &mut buffer).is_pending())
        });
        assert!(polled.await, "it waits on");
        drop(held);
        assert!(!waiting.line.is_held());
    }
}
