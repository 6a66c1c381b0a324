//! The view cube: a click on a side looks from there.

use crate::session::action::{Action, Direction};
use bevy::math::{Quat, Vec3};
use bevy_egui::egui;

/// The sides: from where each is looked at, and its outward normal, Y up.
const SIDES: [(Direction, Vec3); 6] = [
    (Direction::Top, Vec3::Y),
    (Direction::Bottom, Vec3::NEG_Y),
    (Direction::South, Vec3::Z),
    (Direction::North, Vec3::NEG_Z),
    (Direction::East, Vec3::X),
    (Direction::West, Vec3::NEG_X),
];

/// Half the width of the cube, in points.
const SIZE: f32 = 24.0;

/// Shows the cube in the upper right corner of the view.
pub fn show(ctx: &egui::Context, view: egui::Rect, camera: (f32, f32), ask: &mut Vec<Action>) {
    if view.width() < 160.0 || view.height() < 140.0 {
        return;
    }
    let to_view = (Quat::from_rotation_y(camera.0) * Quat::from_rotation_x(-camera.1)).inverse();
    egui::Area::new("cube".into()).fixed_pos(view.right_top() + egui::vec2(-100.0, 8.0)).show(ctx, |ui| {
        let (rect, response) = ui.allocate_exact_size(egui::vec2(92.0, 92.0), egui::Sense::click());
        let centre = rect.center();
        let at = |p: Vec3| {
            let q = to_view * p;
            centre + egui::vec2(q.x, -q.y) * SIZE
        };
        let painter = ui.painter();
        let pointer = response.hover_pos();
        let mut hit = None;
        for (direction, normal) in SIDES {
            let facing = (to_view * normal).z;
            if facing <= 0.02 {
                continue;
            }
            let u = if normal.y.abs() > 0.5 { Vec3::X } else { Vec3::Y.cross(normal) };
            let v = normal.cross(u);
            let corners: Vec<egui::Pos2> = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
                .iter()
                .map(|&(x, y)| at(normal + u * x + v * y))
                .collect();
            let inside = pointer.is_some_and(|p| holds(&corners, p));
            if inside {
                hit = Some(direction);
            }
            let shade = if inside { 250 } else { 150 + (facing * 70.0) as u8 };
            let fill = egui::Color32::from_rgb(shade, shade, (u16::from(shade) * 9 / 10) as u8);
            let line = egui::Stroke::new(1.0, egui::Color32::from_gray(60));
            painter.add(egui::Shape::convex_polygon(corners, fill, line));
            if facing > 0.35 {
                let font = egui::FontId::proportional(9.0 + 2.0 * facing);
                let dark = egui::Color32::from_gray(20);
                painter.text(at(normal), egui::Align2::CENTER_CENTER, direction.title(), font, dark);
            }
        }
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, "View cube"));
        if response.clicked() {
            ask.push(Action::Look(hit.unwrap_or(Direction::Corner)));
        }
    });
}

/// True when a convex polygon holds a point.
fn holds(corners: &[egui::Pos2], p: egui::Pos2) -> bool {
    let side = |k: usize| {
        let (a, b) = (corners[k], corners[(k + 1) % corners.len()]);
        (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
    };
    (0..corners.len()).all(|k| side(k) >= 0.0) || (0..corners.len()).all(|k| side(k) <= 0.0)
}
