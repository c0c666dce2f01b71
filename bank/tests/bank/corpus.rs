//! Files that fuzzing found or began with, and damaged ones: each is read or refused, none may panic, hang or fill the
//! memory.

use std::path::PathBuf;

use bank::statement::{Fault, Input, Options, Profile, Statement, read};
use proptest::prelude::*;

/// Reads bytes as the fuzz target of this name does.
fn replay(target: &str, bytes: &[u8]) -> Result<Vec<Statement>, Fault> {
    let profile = Profile::built_in("elixir-0").unwrap();
    let mut options = Options::default();
    if target == "bank_elixir" {
        options.profile = Some(&profile);
    }
    read(&[Input { name: "x", bytes }], &options)
}

const TARGETS: [&str; 3] = ["bank_mt940", "bank_camt053", "bank_elixir"];

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{target} has no corpus");
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn the_corpus_is_read_or_refused() {
    for target in TARGETS {
        let mut read = 0;
        for (path, bytes) in corpus(target) {
            match replay(target, &bytes) {
                Ok(statements) => read += statements.len(),
                Err(fault) => {
                    assert!(!fault.to_string().is_empty() && !fault.code().is_empty(), "{}", path.display());
                }
            }
        }
        assert!(read > 0, "nothing of {target} is read");
    }
}

#[test]
fn every_beginning_of_a_file_is_read_or_refused() {
    for target in TARGETS {
        for (_, bytes) in corpus(target) {
            for end in 0..bytes.len().min(3_000) {
                drop(replay(target, &bytes[..end]));
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for target in TARGETS {
            drop(replay(target, &bytes));
        }
    }

    #[test]
    fn damaged_files(target in 0usize..3, file in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let all = corpus(TARGETS[target]);
        let mut bytes = file.get(&all).1.clone();
        prop_assume!(!bytes.is_empty());
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Err(fault) = replay(TARGETS[target], &bytes) {
            prop_assert!(fault.code().starts_with("statement-"));
        }
    }

    #[test]
    fn any_text_between_fields(parts in prop::collection::vec("(:20:|:25:|:28C:|:60F:C260101PLN0,00|:61:260101C1,00NTRF|:86:|:62F:C260101PLN1,00|-|\\?20|~38|TYT\\.:|; |[ -~żó]{0,20}|\n){1,6}", 0..12)) {
        drop(replay("bank_mt940", parts.join("\n").as_bytes()));
    }
}
