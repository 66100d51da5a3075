"""Strengths, dilution and whole devices: an order against what is on the shelf."""

from __future__ import annotations

from collections.abc import Iterator

from clinic.instruments.rules import absent
from clinic.protocols.definition import Protocol
from clinic.protocols.dose_limits import limits_for_order
from clinic.protocols.dose_numbers import device_of
from clinic.protocols.findings import Finding, ruled
from clinic.protocols.order import Order
from clinic.protocols.shapes import Product
from clinic.protocols.weight import exact


def product_findings(protocol: Protocol, order: Order) -> Iterator[Finding]:
    own = [
        limit
        for limit in limits_for_order(protocol, order)
        if limit.route and limit.measure in ("mg", "mg_per_kg")
    ]
    if not own:
        yield ruled(protocol, "route.no_limits", f"{order.substance} {order.route}")
    if absent(order.concentration):
        return
    products = _strengths(protocol, order)
    if not products:
        yield ruled(
            protocol, "product.unknown", f"{order.substance} {order.concentration:g} mg/mL {order.route}"
        )
    if any(order.route in each.dilute_for for each in products) and order.diluted is not True:
        how = "dilution not recorded" if order.diluted is None else "not diluted"
        yield ruled(protocol, "product.undiluted", f"{order.concentration:g} mg/mL {order.route}, {how}")


def _strengths(protocol: Protocol, order: Order) -> list[Product]:
    products = protocol.products_of(order.substance, order.route)
    return [
        each
        for each in products
        if not absent(each.mg_per_ml) and exact(each.mg_per_ml) == exact(order.concentration)
    ]


def device_findings(protocol: Protocol, order: Order) -> Iterator[Finding]:
    device = device_of(protocol, order)
    if device is None or absent(order.mg):
        return
    whole = exact(order.mg % device.device_mg) in (0, exact(device.device_mg))
    agrees = order.devices is None or exact(order.devices * device.device_mg) == exact(order.mg)
    counted = "" if order.devices is None else f" with {order.devices} of them"
    if not whole or not agrees or order.mg <= 0:
        yield ruled(protocol, "esketamine.not_devices", f"{order.mg:g} mg{counted}")
    most = [limit for limit in limits_for_order(protocol, order) if limit.measure == "devices"]
    if not whole or any(limit.broken_by(order.mg / device.device_mg) for limit in most):
        yield ruled(protocol, "esketamine.other_amount", f"{order.mg:g} mg")
