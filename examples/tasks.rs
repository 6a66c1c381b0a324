//! The work that a model holds: each task with its dates and what it builds, an outline.

#![allow(clippy::print_stdout, reason = "the answer is the program's output")]

use groma::model::Model;
use groma::{ModelSource, Project};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).ok_or("usage: tasks FILE.ifc")?;
    let project = Project::open(&[ModelSource::parse(&file)?], &())?;
    let model = &project.models[0].model;
    let tasks = &model.processes.tasks;
    // A task whose parent is none stands at the left; parts come behind their whole, in its order.
    let mut open: Vec<(usize, u32)> = (0..tasks.len() as u32)
        .rev()
        .filter(|&t| tasks[t as usize].object.parent.is_none())
        .map(|t| (0, t))
        .collect();
    while let Some((depth, task)) = open.pop() {
        println!("{}{}", "  ".repeat(depth), line(model, task));
        open.extend(tasks[task as usize].object.children.iter().rev().map(|&child| (depth + 1, child)));
    }
    Ok(())
}

/// `A10 Walls, 2026-01-05T08:00:00 to 2026-01-09T17:00:00: IfcWall "W1", IfcWall "W2"`
fn line(model: &Model, task: u32) -> String {
    let task = &model.processes.tasks[task as usize];
    let mut words: Vec<&str> = Vec::new();
    words.extend(task.object.identification.as_deref());
    words.extend(task.object.name.as_deref());
    let mut line = words.join(" ");
    if let Some(time) = &task.time {
        let dates = [&time.schedule_start, &time.schedule_finish].map(|d| d.as_deref().unwrap_or("?"));
        line += &format!(", {} to {}", dates[0], dates[1]);
    }
    let outputs: Vec<String> = task
        .outputs
        .iter()
        .map(|&id| model.element(id))
        .map(|e| format!("{} {:?}", e.class, e.name.as_deref().unwrap_or("")))
        .collect();
    if !outputs.is_empty() {
        line += &format!(": {}", outputs.join(", "));
    }
    line
}
