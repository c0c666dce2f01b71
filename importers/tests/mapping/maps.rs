//! The maps that are kept, as files.

use std::path::PathBuf;

use importers::mapping::Mapping;

use crate::support::kinds;

#[test]
fn each_is_a_mapping_whose_kinds_and_attributes_exist() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("maps");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let mapping = Mapping::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for table in &mapping.tables {
            if table.into == "people" {
                continue;
            }
            let kinds = kinds();
            let kind = kinds.iter().find(|kind| kind.slug == table.into).unwrap();
            for key in table.attributes.keys() {
                assert!(kind.attribute(key).is_some(), "{}: {key}", path.display());
            }
        }
        assert_eq!(Mapping::parse(&mapping.to_toml()).unwrap(), mapping, "{}", path.display());
        read += 1;
    }
    assert_eq!(read, 17);
}

#[test]
fn the_first_example_of_the_description_is_a_mapping() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/mapping.md");
    let text = std::fs::read_to_string(path).unwrap();
    let example = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let mapping = Mapping::parse(example).unwrap();
    assert_eq!(mapping.tables[0].into, "trees");
}
