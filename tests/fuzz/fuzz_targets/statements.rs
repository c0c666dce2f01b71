//! What must hold of everything that was read as a statement.

use std::collections::HashSet;

use bank::statement::Statement;

pub fn check(read: &[Statement]) {
    for statement in read {
        let mut keys = HashSet::new();
        if let (Some(opening), Some(closing)) = (statement.opening, statement.closing) {
            let sum: i64 = statement.entries.iter().map(|entry| entry.amount_grosze).sum();
            assert_eq!(opening.amount_grosze + sum, closing.amount_grosze, "it does not add up");
        }
        for entry in &statement.entries {
            assert!(keys.insert(&entry.key), "two entries of a statement have one key");
            assert_eq!(entry.currency, statement.currency);
        }
    }
}
