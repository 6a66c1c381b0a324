//! Finds clashes in a mesh file by `ifc-lite-clash`; prints what it cost as one line of JSON.
//!
//! usage: bench-ifc-lite-clash FILE.bin hard|clearance
//!
//! The first run of a rule builds the trees, and is in `all_s`; the second tests alone, and is `cpu_s`. One thread.

use cpu_time::ProcessTime;
use ifc_lite_clash::ClashSession;
use std::error::Error;

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], Box<dyn Error>> {
        let (head, tail) = self.0.split_at_checked(n).ok_or("the file ends early")?;
        self.0 = tail;
        Ok(head)
    }

    fn count(&mut self) -> Result<u32, Box<dyn Error>> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into()?))
    }

    fn number(&mut self) -> Result<f64, Box<dyn Error>> {
        Ok(f64::from_le_bytes(self.take(8)?.try_into()?))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("no file")?;
    let mode = u8::from(arguments.next().ok_or("no kind")? == "clearance");
    let data = std::fs::read(file)?;
    let mut bytes = Bytes(&data);
    bytes.take(8)?;
    let (mut groups, mut points, mut corners) = ([Vec::new(), Vec::new()], Vec::new(), Vec::new());
    for element in 0..bytes.count()? {
        for _ in ["GlobalId", "class"] {
            let n = bytes.take(1)?[0];
            bytes.take(n.into())?;
        }
        groups[usize::from(bytes.take(1)?[0]).min(1)].push(element);
        let (n, triangles) = (bytes.count()?, bytes.count()?);
        let of: Vec<f64> = (0..3 * n).map(|_| bytes.number()).collect::<Result<_, _>>()?;
        points.push(of);
        corners.push((0..3 * triangles).map(|_| bytes.count()).collect::<Result<Vec<u32>, _>>()?);
    }
    // f32 is what it takes: as near to the origin as can be.
    let least: [f64; 3] = std::array::from_fn(|k| {
        let of_axis = points.iter().flatten().skip(k).step_by(3);
        of_axis.fold(f64::INFINITY, |least, x| x.min(least))
    });
    let (mut positions, mut position_ranges) = (Vec::new(), Vec::new());
    let (mut indices, mut index_ranges, mut boxes) = (Vec::new(), Vec::new(), Vec::new());
    for (of, corners) in points.iter().zip(&corners) {
        position_ranges.extend([positions.len() as u32, of.len() as u32]);
        let placed: Vec<f32> = of.iter().enumerate().map(|(i, x)| (x - least[i % 3]) as f32).collect();
        let of_axis = |k: usize| placed.iter().skip(k).step_by(3).copied();
        boxes.extend((0..3).map(|k| of_axis(k).fold(f32::INFINITY, f32::min)));
        boxes.extend((0..3).map(|k| of_axis(k).fold(f32::NEG_INFINITY, f32::max)));
        positions.extend(placed);
        index_ranges.extend([indices.len() as u32, corners.len() as u32]);
        indices.extend(corners);
    }
    let [a, b] = &groups;
    let other = (!b.is_empty()).then_some(&b[..]);
    let start = ProcessTime::now();
    let mut session = ClashSession::new();
    session.ingest(&positions, &position_ranges, &indices, &index_ranges, &boxes);
    session.run_rule(a, other, mode, 0.002, 0.05, false);
    let all = start.elapsed().as_secs_f64();
    let start = ProcessTime::now();
    let found = session.run_rule(a, other, mode, 0.002, 0.05, false);
    let test = start.elapsed().as_secs_f64();
    println!("{{\"clashes\":{},\"cpu_s\":{test},\"all_s\":{all}}}", found.records.len());
    Ok(())
}
