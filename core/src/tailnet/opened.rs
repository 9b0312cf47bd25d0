//! What a rule opens at one device: the part of its destinations that the device's packet filter hears of.

use super::addr::IpSet;
use super::compile::{Compiled, Rule, Target, To};
use super::expand::DeviceId;

/// What a target opens at one device.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Opened {
    /// The destinations.
    pub dst: IpSet,
    /// The sources that the rule's own are limited to, where they are.
    pub only_from: Option<IpSet>,
}

impl Opened {
    fn at(dst: IpSet) -> Opened {
        Opened { dst, only_from: None }
    }
}

impl Compiled<'_> {
    /// The destinations that a target opens at a device, and for `autogroup:self` the sources it is limited to.
    pub(crate) fn opened(&self, node: DeviceId, rule: &Rule, target: &Target) -> Opened {
        let facts = &self.world.nodes[node];
        let closed = Opened::default();
        if !rule.via.is_empty() {
            let tags = &self.world.tailnet.nodes[node].tags;
            if !rule.via.iter().any(|via| tags.contains(via)) {
                return closed;
            }
            return match &target.to {
                To::Addresses { set, .. } => Opened::at(self.sets[*set].intersect(&facts.subnets)),
                To::Internet if facts.exit => Opened::at(self.world.internet().clone()),
                _ => closed,
            };
        }
        match &target.to {
            To::Any => Opened::at(IpSet::all()),
            To::Devices(set) => Opened::at(self.sets[*set].intersect(&facts.own)),
            To::Addresses { set, exit } => {
                if self.sets[*set].overlaps(&facts.served) {
                    Opened::at(self.sets[*set].clone())
                } else if facts.exit {
                    Opened::at(self.sets[*exit].clone())
                } else {
                    closed
                }
            }
            To::Internet if facts.exit => Opened::at(self.world.internet().clone()),
            To::SelfDevices => match self.world.tailnet.nodes[node].owner() {
                Some(owner) => {
                    let devices = self.world.devices_of(owner).iter();
                    let sources = IpSet::union_of(devices.map(|id| &self.world.nodes[*id].own));
                    Opened {
                        dst: facts.own.clone(),
                        only_from: Some(sources),
                    }
                }
                None => closed,
            },
            To::Internet | To::Nothing => closed,
        }
    }
}
