//! How far the pointer is dragged, by where it is in the window: an absolute pointer, as of a remote desktop or a
//! tablet, tells of no motion besides.

use bevy::app::{App, Plugin, PreUpdate};
use bevy::ecs::change_detection::ResMut;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::input::ButtonState;
use bevy::input::mouse::MouseButton;
use bevy::math::Vec2;
use bevy::window::WindowEvent;

/// The pointer.
#[derive(Resource, Default, Debug)]
pub struct Pointer {
    at: Option<Vec2>,
    down: Vec<MouseButton>,
    /// How far it went in this frame while a button was down, in points.
    pub dragged: Vec2,
}

impl Pointer {
    /// Takes what happened next. A frame may have a move, a press and a drag: only what comes after the press counts.
    fn take(&mut self, event: &WindowEvent) {
        match event {
            WindowEvent::CursorMoved(moved) => {
                if let Some(at) = self.at.filter(|_| !self.down.is_empty()) {
                    self.dragged += moved.position - at;
                }
                self.at = Some(moved.position);
            }
            WindowEvent::MouseButtonInput(input) => {
                self.down.retain(|button| *button != input.button);
                if input.state == ButtonState::Pressed {
                    self.down.push(input.button);
                }
            }
            // What is let go of while another window has the focus is not told.
            WindowEvent::KeyboardFocusLost(_) => self.down.clear(),
            _ => {}
        }
    }
}

/// Follows the pointer.
pub struct PointerPlugin;

impl Plugin for PointerPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Pointer>().add_message::<WindowEvent>().add_systems(PreUpdate, follow);
    }
}

fn follow(mut events: MessageReader<WindowEvent>, mut pointer: ResMut<Pointer>) {
    pointer.dragged = Vec2::ZERO;
    events.read().for_each(|event| pointer.take(event));
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::ecs::entity::Entity;
    use bevy::input::mouse::MouseButtonInput;
    use bevy::window::CursorMoved;

    const WINDOW: Entity = Entity::PLACEHOLDER;

    fn to(x: f32, y: f32) -> WindowEvent {
        CursorMoved { window: WINDOW, position: Vec2::new(x, y), delta: None }.into()
    }

    fn left(state: ButtonState) -> WindowEvent {
        MouseButtonInput { button: MouseButton::Left, state, window: WINDOW }.into()
    }

    #[test]
    fn only_what_comes_between_press_and_release_is_a_drag() {
        let check = |events: &[WindowEvent], expect: Vec2| {
            let mut pointer = Pointer::default();
            events.iter().for_each(|event| pointer.take(event));
            assert_eq!(pointer.dragged, expect, "{events:?}");
        };
        let (press, release) = (left(ButtonState::Pressed), left(ButtonState::Released));
        check(&[to(5.0, 5.0), to(90.0, 10.0)], Vec2::ZERO);
        // The jump of a stylus to where it comes down is none.
        check(&[to(5.0, 5.0), to(90.0, 10.0), press.clone(), to(92.0, 7.0)], Vec2::new(2.0, -3.0));
        check(&[press.clone(), to(90.0, 10.0), to(80.0, 10.0)], Vec2::new(-10.0, 0.0));
        check(&[to(5.0, 5.0), press, to(6.0, 5.0), release, to(50.0, 5.0)], Vec2::new(1.0, 0.0));
    }
}
