"""What a tailnet's policy admits, read from `grants` and `acls` alone: no shortcut of gkc's own evaluator.

What it does not know is an error, never a guess.
"""

import ipaddress
import re

# The tags that gkc gives machines where the configuration does not name any; the tree's README tells people so.
TAGS = {"servers": "tag:k3s-server", "agents": "tag:k3s-agent"}
EVERY_PORT = (0, 65535)


class Device:
    """A device of the tailnet: a machine with a tag, or the computer of every person that the policy names."""

    def __init__(self, address, tag=None):
        self.address, self.tag = address, tag


def admitted(policy, devices, to):
    """What the policy lets in to a device: (addresses, protocol, first port, last port), sources in the order of the devices."""
    for source, target, services in statements(policy):
        if not any(matches(policy, selector, to) for selector in target):
            continue
        sources = [device.address for device in devices if any(matches(policy, selector, device) for selector in source)]
        if sources:
            for protocol, first, last in services:
                yield sources, protocol, first, last


def statements(policy):
    """Both kinds of statements in one shape: selectors of sources, selectors of targets, and services."""
    for grant in policy.get("grants", []):
        if "ip" in grant:
            yield grant["src"], grant["dst"], [service for text in grant["ip"] for service in of_grant(text)]
    for rule in policy.get("acls", []):
        if rule["action"] != "accept":
            raise ValueError(f"unknown action {rule['action']}")
        for target in rule["dst"]:
            selector, ports = target.rsplit(":", 1)
            protocols = [rule["proto"]] if rule.get("proto") else ["tcp", "udp"]
            yield rule["src"], [selector], [(protocol, *ports_of(part)) for protocol in protocols for part in ports.split(",")]


def of_grant(text):
    protocol, colon, ports = text.rpartition(":")
    if text == "*" or not colon:
        return [(protocol, *ports_of(text)) for protocol in ("tcp", "udp")]
    return [(protocol, *ports_of(ports))]


def ports_of(text):
    if text == "*":
        return EVERY_PORT
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def matches(policy, selector, device):
    """Whether a selector means the device."""
    if selector == "*":
        return True
    if selector.startswith("tag:"):
        return device.tag == selector
    if selector.startswith("group:"):
        return any(matches(policy, member, device) for member in policy["groups"][selector])
    if selector == "autogroup:member" or "@" in selector:
        return device.tag is None
    if selector == "autogroup:tagged":
        return device.tag is not None
    place = policy.get("hosts", {}).get(selector, selector)
    if re.fullmatch(r"[0-9./]+", place):
        return ipaddress.ip_address(device.address) in ipaddress.ip_network(place)
    raise ValueError(f"unknown selector {selector}")
