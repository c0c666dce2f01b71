//! A small map made by hand, written as XML or as PBF by an encoder that shares nothing with the reader.

use std::io::Write;

type Tag = (&'static str, &'static str);

/// Sort, id and role.
type Member = (&'static str, i64, &'static str);

/// Elements to be written to a file.
#[derive(Debug, Clone, Default)]
pub struct Map {
    nodes: Vec<(i64, f64, f64, Vec<Tag>)>,
    ways: Vec<(i64, Vec<i64>, Vec<Tag>)>,
    relations: Vec<(i64, Vec<Member>, Vec<Tag>)>,
}

impl Map {
    pub fn node(mut self, id: i64, lon: f64, lat: f64, tags: &[Tag]) -> Self {
        self.nodes.push((id, lon, lat, tags.to_vec()));
        self
    }

    pub fn way(mut self, id: i64, nodes: &[i64], tags: &[Tag]) -> Self {
        self.ways.push((id, nodes.to_vec(), tags.to_vec()));
        self
    }

    pub fn relation(mut self, id: i64, members: &[Member], tags: &[Tag]) -> Self {
        self.relations.push((id, members.to_vec(), tags.to_vec()));
        self
    }

    /// Nodes `first` to `first + 3` at the corners of a square, anticlockwise from the south-west.
    pub fn square(self, first: i64, west: f64, south: f64, side: f64) -> Self {
        self.node(first, west, south, &[])
            .node(first + 1, west + side, south, &[])
            .node(first + 2, west + side, south + side, &[])
            .node(first + 3, west, south + side, &[])
    }

    pub fn xml(&self) -> Vec<u8> {
        let mut text = String::from("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n");
        for (id, lon, lat, tags) in &self.nodes {
            text +=
                &format!("<node id=\"{id}\" lon=\"{lon:.7}\" lat=\"{lat:.7}\">{}</node>\n", xml_tags(tags));
        }
        for (id, nodes, tags) in &self.ways {
            let nodes: String = nodes.iter().map(|node| format!("<nd ref=\"{node}\"/>")).collect();
            text += &format!("<way id=\"{id}\">{nodes}{}</way>\n", xml_tags(tags));
        }
        for (id, members, tags) in &self.relations {
            let member = |(sort, id, role): &(_, _, _)| {
                format!("<member type=\"{sort}\" ref=\"{id}\" role=\"{role}\"/>")
            };
            let members: String = members.iter().map(member).collect();
            text += &format!("<relation id=\"{id}\">{members}{}</relation>\n", xml_tags(tags));
        }
        text += "</osm>\n";
        text.into_bytes()
    }

    pub fn gz(&self) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(&self.xml()).unwrap();
        packer.finish().unwrap()
    }

    pub fn bz2(&self) -> Vec<u8> {
        let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
        packer.write_all(&self.xml()).unwrap();
        packer.finish().unwrap()
    }

    pub fn pbf(&self) -> Vec<u8> {
        let mut file = header(&["OsmSchema-V0.6", "DenseNodes"]);
        file.extend(blob("OSMData", &self.block()));
        file
    }

    /// One data block: dense nodes, ways and relations.
    pub fn block(&self) -> Vec<u8> {
        let mut texts = Texts(vec![""]);
        let groups = [self.dense(&mut texts), self.way_group(&mut texts), self.relation_group(&mut texts)];
        let table: Vec<u8> = texts.0.iter().flat_map(|text| bytes_field(1, text.as_bytes())).collect();
        let mut block = bytes_field(1, &table);
        for group in groups {
            block.extend(bytes_field(2, &group));
        }
        block
    }

    fn dense(&self, texts: &mut Texts) -> Vec<u8> {
        let mut tags = Vec::new();
        for (.., pairs) in &self.nodes {
            for (key, value) in pairs {
                tags.extend(varint(texts.number(key)));
                tags.extend(varint(texts.number(value)));
            }
            tags.extend(varint(0));
        }
        let steps = |degrees: f64| (degrees * 1e7).round() as i64;
        let mut dense = bytes_field(1, &deltas(self.nodes.iter().map(|node| node.0)));
        dense.extend(bytes_field(8, &deltas(self.nodes.iter().map(|node| steps(node.2)))));
        dense.extend(bytes_field(9, &deltas(self.nodes.iter().map(|node| steps(node.1)))));
        dense.extend(bytes_field(10, &tags));
        bytes_field(2, &dense)
    }

    fn way_group(&self, texts: &mut Texts) -> Vec<u8> {
        let mut group = Vec::new();
        for (id, nodes, tags) in &self.ways {
            let mut way = number_field(1, *id as u64);
            way.extend(tag_fields(tags, texts));
            way.extend(bytes_field(8, &deltas(nodes.iter().copied())));
            group.extend(bytes_field(3, &way));
        }
        group
    }

    fn relation_group(&self, texts: &mut Texts) -> Vec<u8> {
        let mut group = Vec::new();
        for (id, members, tags) in &self.relations {
            let mut relation = number_field(1, *id as u64);
            relation.extend(tag_fields(tags, texts));
            let roles: Vec<u8> = members.iter().flat_map(|member| varint(texts.number(member.2))).collect();
            let sort =
                |sort: &str| ["node", "way", "relation"].iter().position(|known| *known == sort).unwrap();
            let sorts: Vec<u8> = members.iter().flat_map(|member| varint(sort(member.0) as u64)).collect();
            relation.extend(bytes_field(8, &roles));
            relation.extend(bytes_field(9, &deltas(members.iter().map(|member| member.1))));
            relation.extend(bytes_field(10, &sorts));
            group.extend(bytes_field(4, &relation));
        }
        group
    }
}

fn xml_tags(tags: &[Tag]) -> String {
    let safe = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    tags.iter().map(|(key, value)| format!("<tag k=\"{}\" v=\"{}\"/>", safe(key), safe(value))).collect()
}

fn tag_fields(tags: &[Tag], texts: &mut Texts) -> Vec<u8> {
    let keys: Vec<u8> = tags.iter().flat_map(|tag| varint(texts.number(tag.0))).collect();
    let values: Vec<u8> = tags.iter().flat_map(|tag| varint(texts.number(tag.1))).collect();
    [bytes_field(2, &keys), bytes_field(3, &values)].concat()
}

struct Texts(Vec<&'static str>);

impl Texts {
    fn number(&mut self, text: &'static str) -> u64 {
        let place = self.0.iter().position(|known| *known == text);
        let place = place.unwrap_or_else(|| {
            self.0.push(text);
            self.0.len() - 1
        });
        place as u64
    }
}

pub fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn deltas(numbers: impl Iterator<Item = i64>) -> Vec<u8> {
    let mut last = 0;
    let step = |number: i64| {
        let step = number - last;
        last = number;
        varint(((step << 1) ^ (step >> 63)) as u64)
    };
    numbers.flat_map(step).collect()
}

pub fn bytes_field(field: u64, bytes: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(bytes.len() as u64), bytes.to_vec()].concat()
}

pub fn number_field(field: u64, number: u64) -> Vec<u8> {
    [varint(field << 3), varint(number)].concat()
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A blob with its header, claiming what it holds.
pub fn blob(sort: &str, content: &[u8]) -> Vec<u8> {
    framed(sort, &[number_field(2, content.len() as u64), bytes_field(3, &zlib(content))].concat())
}

/// A blob message behind an honest header.
pub fn framed(sort: &str, blob: &[u8]) -> Vec<u8> {
    let header = [bytes_field(1, sort.as_bytes()), number_field(3, blob.len() as u64)].concat();
    [&(header.len() as u32).to_be_bytes(), header.as_slice(), blob].concat()
}

pub fn header(features: &[&str]) -> Vec<u8> {
    let content: Vec<u8> = features.iter().flat_map(|feature| bytes_field(4, feature.as_bytes())).collect();
    blob("OSMHeader", &content)
}
