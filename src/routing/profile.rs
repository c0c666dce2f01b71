//! What a metre costs, by who walks it.
//!
//! The cost of a stretch is its length times a factor, in whole millimetres, so that sums are exact and
//! every correct search finds the same least cost. The factor chooses between ways; it never enters the
//! length that is reported. The time is estimated from the true length.

use super::model::{Obstacle, PathClass, PathInput, Profile, StepFree};

/// Cost of a stretch that this profile may not take.
pub const FORBIDDEN: u32 = u32::MAX;

/// Walking speed on a path: 4.5 km/h.
const WALK_M_PER_S: f64 = 1.25;
/// Speed on steps, measured along their slope.
const STEPS_M_PER_S: f64 = 0.6;
/// Speed of somebody who needs a way without steps: 3.6 km/h.
const STEP_FREE_M_PER_S: f64 = 1.0;
/// Speed off the paths, between graves.
const OFF_PATH_M_PER_S: f64 = 0.8;
/// A surveyed way is preferred to one nobody surveyed while it is at most this many times as long.
const UNKNOWN_FACTOR: f64 = 1.6;

/// Steeper than this nobody rolls up alone (percent).
const INCLINE_LIMIT_PCT: f64 = 8.0;
/// Narrower than this a wheelchair does not pass.
const WIDTH_LIMIT_M: f64 = 0.9;

/// Cost in millimetres of walking `length_m` on a path, [`FORBIDDEN`] when the profile may not.
#[must_use]
pub fn cost_mm(profile: Profile, class: PathClass, step_free: StepFree, length_m: f64) -> u32 {
    let factor = match (profile, step_free) {
        (Profile::StepFree, StepFree::No) => return FORBIDDEN,
        (Profile::StepFree, StepFree::Unknown) => UNKNOWN_FACTOR,
        _ => 1.0,
    };
    scale_mm(length_m, factor * road_factor(class))
}

/// Cost in millimetres of a straight leg off the paths that counts `factor` times its length.
#[must_use]
pub fn scale_mm(length_m: f64, factor: f64) -> u32 {
    let cost = (length_m * factor * 1000.0).round();
    if cost.is_finite() && cost >= 0.0 && cost < f64::from(FORBIDDEN) { cost as u32 } else { FORBIDDEN }
}

/// Big roads are a little dearer than quiet ones, so that a parallel street wins when it is about as short.
fn road_factor(class: PathClass) -> f64 {
    match class {
        PathClass::Primary => 1.3,
        PathClass::Secondary => 1.2,
        PathClass::Tertiary => 1.1,
        _ => 1.0,
    }
}

/// Time to walk `length_m` on a path.
#[must_use]
pub fn duration_s(profile: Profile, class: PathClass, length_m: f64) -> f64 {
    let speed = match (class, profile) {
        (PathClass::Steps, _) => STEPS_M_PER_S,
        (_, Profile::Walk) => WALK_M_PER_S,
        (_, Profile::StepFree) => STEP_FREE_M_PER_S,
    };
    length_m / speed
}

/// Time to walk `length_m` off the paths.
#[must_use]
pub fn off_path_duration_s(length_m: f64) -> f64 {
    length_m / OFF_PATH_M_PER_S
}

/// Why a path that is not step-free is so; the first reason that the register gives.
#[must_use]
pub fn obstacle(path: &PathInput) -> Obstacle {
    if path.class == PathClass::Steps || path.step_count.is_some_and(|count| count > 0) {
        return Obstacle::Steps { count: path.step_count.filter(|count| *count > 0) };
    }
    if let Some(percent) = path.incline_pct.map(f64::abs).filter(|percent| *percent > INCLINE_LIMIT_PCT) {
        return Obstacle::Incline { percent };
    }
    if let Some(width_m) = path.width_m.filter(|width_m| *width_m < WIDTH_LIMIT_M) {
        return Obstacle::Width { width_m };
    }
    match path.surface.as_deref() {
        Some(surface @ ("sand" | "mud")) => Obstacle::Surface { surface: surface.to_owned() },
        _ => Obstacle::Surveyed,
    }
}

/// Whether the public may not use a path with this value of `access`.
#[must_use]
pub fn is_closed(access: Option<&str>) -> bool {
    matches!(
        access,
        Some("private" | "no" | "military" | "permit" | "delivery" | "agricultural" | "forestry")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_free_never_takes_a_blocked_path_and_prefers_surveyed_ones() {
        let cost = |step_free| cost_mm(Profile::StepFree, PathClass::Footway, step_free, 100.0);
        assert_eq!(cost(StepFree::No), FORBIDDEN);
        assert_eq!(cost(StepFree::Yes), 100_000);
        assert_eq!(cost(StepFree::Unknown), 160_000);
        assert_eq!(cost_mm(Profile::Walk, PathClass::Steps, StepFree::No, 100.0), 100_000);
    }

    #[test]
    fn a_length_that_is_no_number_is_forbidden() {
        assert_eq!(scale_mm(f64::NAN, 1.0), FORBIDDEN);
        assert_eq!(scale_mm(f64::INFINITY, 1.0), FORBIDDEN);
        assert_eq!(scale_mm(-1.0, 1.0), FORBIDDEN);
    }
}
