"""An access point whose one cable to the gateway carries a network for each VLAN.

    point = AccessPoint(lab, {20: segment})     # the gateway gets trunk.20
    point.plug(phone, 20)                       # as if the phone had chosen that network's name

Where the kernel has no 802.1Q each network gets a cable of its own, of the same name: what stands
behind the interface is the same. point.tagged says which.
"""
from .namespace import Namespace


class AccessPoint:
    def __init__(self, lab, segments):
        self.lab, self.segments = lab, segments
        self.ns = Namespace("point")
        self._cable("trunk")
        self.ns.ip("link set trunk up")
        self.tagged = self._has_vlans()
        for vlan, segment in segments.items():
            if self.tagged:
                for end in (lab.gateway, self.ns):
                    end.ip(f"link add link trunk name {segment.bridge} type vlan id {vlan}")
            else:
                self._cable(segment.bridge)
            self.ns.ip(f"link add air{vlan} type bridge forward_delay 0", f"link set air{vlan} up",
                       f"link set {segment.bridge} master air{vlan} up")
            lab.gateway.ip(f"link set {segment.bridge} up",
                           f"address add {segment.v4}/16 dev {segment.bridge}",
                           f"address add {segment.v6}/64 dev {segment.bridge} nodad")

    def _cable(self, name):
        self.lab.gateway.ip(f"link add {name} type veth peer name {name} netns {self.ns.name}",
                            f"link set {name} up")

    def _has_vlans(self):
        done = self.ns.ip("link add link trunk name trunk.1 type vlan id 1", check=False)
        return done.returncode == 0

    def plug(self, phone, vlan):
        """Takes the phone's cable out of the gateway and into the air of that network."""
        port = f"phone{phone.number}"
        self.lab.gateway.ip(f"link set {port} nomaster", f"link set {port} netns {self.ns.name}")
        self.ns.ip(f"link set {port} master air{vlan} up")
        phone.segment = self.segments[vlan]
        return phone.renew()

    def close(self):
        self.ns.close()
