//! A mail server of a few lines, which says what a test wants it to say.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// What a server says where it says something else than yes. `""` breaks the connection, [`SILENCE`] waits forever.
pub type Word = (&'static str, &'static str);

/// Says nothing more, and holds the line.
pub const SILENCE: &str = "silence";

/// How the server encrypts.
#[derive(Clone)]
pub enum Encrypts {
    Never,
    Offers(Arc<ServerConfig>),
    Wholly(Arc<ServerConfig>),
}

#[derive(Clone)]
pub struct Server {
    pub address: SocketAddr,
    words: Arc<Vec<Word>>,
    encrypts: Encrypts,
    /// Commands that came, without the content of mails.
    commands: Arc<Mutex<Vec<String>>>,
    /// Mails that came whole.
    mails: Arc<Mutex<Vec<String>>>,
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

impl Server {
    pub async fn start(words: &[Word]) -> Self {
        Self::encrypting(Encrypts::Never, words).await
    }

    pub async fn encrypting(encrypts: Encrypts, words: &[Word]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            words: Arc::new(words.to_vec()),
            encrypts,
            commands: Arc::default(),
            mails: Arc::default(),
        };
        let answering = server.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let server = answering.clone();
                // A connection that breaks is what some tests want.
                tokio::spawn(async move { server.talk(stream).await.ok() });
            }
        });
        server
    }

    pub fn url(&self, more: &str) -> String {
        format!("smtp://{}{more}", self.address)
    }

    pub fn commands(&self) -> Vec<String> {
        self.commands.lock().unwrap().clone()
    }

    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }

    async fn talk(&self, stream: tokio::net::TcpStream) -> std::io::Result<()> {
        let mut line: BufReader<Box<dyn Line>> = match &self.encrypts {
            Encrypts::Wholly(config) => {
                BufReader::new(Box::new(TlsAcceptor::from(config.clone()).accept(stream).await?))
            }
            _ => BufReader::new(Box::new(stream)),
        };
        let mut plain = matches!(self.encrypts, Encrypts::Offers(_));
        self.say(&mut line, "greeting", "220 mail.example.org ESMTP").await?;
        loop {
            let mut command = String::new();
            if line.read_line(&mut command).await? == 0 {
                return Ok(());
            }
            let command = command.trim_end().to_owned();
            self.commands.lock().unwrap().push(command.clone());
            let verb = command.split(' ').next().unwrap_or_default().to_owned();
            match verb.as_str() {
                "EHLO" => {
                    let offer = if plain { "250-STARTTLS\r\n" } else { "" };
                    let answer = format!("250-mail.example.org\r\n{offer}250 AUTH PLAIN LOGIN");
                    self.say(&mut line, "EHLO", &answer).await?;
                }
                "STARTTLS" => {
                    self.say(&mut line, "STARTTLS", "220 go on").await?;
                    let Encrypts::Offers(config) = &self.encrypts else { return Ok(()) };
                    let stream = TlsAcceptor::from(config.clone()).accept(line.into_inner()).await?;
                    line = BufReader::new(Box::new(stream));
                    plain = false;
                }
                "DATA" => {
                    self.say(&mut line, "DATA", "354 go on").await?;
                    let mut mail = String::new();
                    while !mail.ends_with("\r\n.\r\n") {
                        if line.read_line(&mut mail).await? == 0 {
                            return Ok(());
                        }
                    }
                    self.mails.lock().unwrap().push(mail);
                    self.say(&mut line, ".", "250 2.0.0 queued as 7F").await?;
                }
                "AUTH" => self.say(&mut line, "AUTH", "235 welcome").await?,
                "QUIT" => return self.say(&mut line, "QUIT", "221 bye").await,
                _ => self.say(&mut line, &verb, "250 ok").await?,
            }
        }
    }

    async fn say(&self, line: &mut BufReader<Box<dyn Line>>, at: &str, yes: &str) -> std::io::Result<()> {
        let word = self.words.iter().find(|(place, _)| *place == at).map_or(yes, |(_, word)| word);
        if word == SILENCE {
            std::future::pending::<()>().await;
        }
        if word.is_empty() {
            return Err(std::io::ErrorKind::BrokenPipe.into());
        }
        line.write_all(format!("{word}\r\n").as_bytes()).await?;
        line.flush().await
    }
}
