"""Specs of any size, all their resources of one shape and in chains of belongs-to."""

from __future__ import annotations

from decimal import Decimal

from backwright.spec.model import BackendSpec, FieldSpec, FieldType, Format, RelationSpec, ResourceSpec, ServiceSpec

CHAIN = 5


def spec_of(size: int) -> BackendSpec:
    """Return a spec of ``size`` resources with four fields each; four of five belong to the one before."""
    return BackendSpec(service=ServiceSpec(name="bench"), resources=tuple(_resource(number) for number in range(size)))


def _resource(number: int) -> ResourceSpec:
    belongs = (RelationSpec(name=f"thing{number - 1:04}", target=f"thing{number - 1:04}s"),) if number % CHAIN else ()
    return ResourceSpec(
        name=f"thing{number:04}s",
        singular=f"thing{number:04}",
        fields=(
            FieldSpec(name="name", min_length=1, max_length=200),
            FieldSpec(name="sku", max_length=40, unique=True),
            FieldSpec(
                name="price",
                type=FieldType.NUMBER,
                format=Format.DECIMAL,
                precision=10,
                scale=2,
                exclusive_minimum=Decimal(0),
            ),
            FieldSpec(name="stock", type=FieldType.INTEGER, minimum=Decimal(0), default=0, required=False),
        ),
        relations=belongs,
    )
