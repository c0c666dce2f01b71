//! Use cases of the routing.

use geo_types::Point;
use uuid::Uuid;

use super::{
    NoRoute, Routing,
    model::{Origin, Profile, Request, Route, Target},
};
use crate::{
    cemetery::Grave,
    kernel::{ParamError, Params},
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
};

/// A question for a way to a grave, as a page or program asks it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RouteRequest {
    /// Where from.
    pub origin: Origin,
    /// Who walks.
    pub profile: Profile,
}

impl RouteRequest {
    /// Reads `profile`, `gate` and `from` from the parameters.
    ///
    /// # Errors
    /// Names the wrong parameter.
    pub fn take(params: &mut Params) -> Result<Self, ParamError> {
        let profile = match params.text("profile").as_deref() {
            None | Some("walk") => Profile::Walk,
            Some("step_free") => Profile::StepFree,
            Some(_) => return Err(ParamError::new("profile", "must be walk or step_free")),
        };
        let gate = params.parse::<Uuid>("gate", "the id of a gate")?;
        let from = params.text("from").map(|text| position(&text)).transpose()?;
        let origin = match (gate, from) {
            (Some(_), Some(_)) => return Err(ParamError::new("from", "cannot be given together with gate")),
            (Some(gate), None) => Origin::Gate(gate),
            (None, Some(point)) => Origin::Position(point),
            (None, None) => Origin::BestGate,
        };
        Ok(Self { origin, profile })
    }
}

fn position(text: &str) -> Result<Point<f64>, ParamError> {
    let wrong = || ParamError::new("from", "must be longitude,latitude in degrees, such as 20.75,52.12");
    let (lon, lat) = text.split_once(',').ok_or_else(wrong)?;
    let number = |text: &str, most: f64| {
        text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && n.abs() <= most).ok_or_else(wrong)
    };
    Ok(Point::new(number(lon, 180.0)?, number(lat, 90.0)?))
}

/// A way to a grave, or the stated reason why there is none.
#[derive(Debug)]
pub struct Way {
    /// The grave.
    pub grave: Grave,
    /// The answer.
    pub answer: Result<Route, NoRoute>,
}

impl Routing {
    /// The way to a grave.
    ///
    /// # Errors
    /// Not found for unknown graves, busy until the network is made; a way that does not exist is an answer.
    pub async fn route(&self, ctx: &Ctx, grave: Uuid, request: RouteRequest) -> Result<Way, Failure> {
        let grave = self.cemeteries.grave(ctx, grave).await?;
        let asked = Request {
            target: Target {
                point: Point::new(grave.point[0], grave.point[1]),
                cemetery: grave.cemetery.as_ref().map(|cemetery| cemetery.id),
                label: grave.label.clone(),
            },
            origin: request.origin,
            profile: request.profile,
        };
        let built = self.network.load_full();
        if built.network.is_none() {
            return Err(Failure::Busy);
        }
        // Milliseconds at most, but not for the threads that serve the network.
        let answer =
            tokio::task::spawn_blocking(move || built.network.as_ref().map(|network| network.route(&asked)))
                .await
                .internal("find a way")?
                .ok_or(Failure::Busy)?;
        Ok(Way { grave, answer })
    }
}
