"""Hand a bundle of arrays to compiled code as one pointer.

A function that takes seventy arrays as a tuple costs Numba seconds to compile, and there are a
hundred such functions. Here a bundle is a block of addresses and shapes; `w.segments` in compiled code
reads its entry and makes an array of it, without copying or counting references. The Python object
keeps the arrays alive for as long as it lives, so it must outlive the call, which it does.

The layout of all columns goes into the name of the type, so that code compiled for another layout is
never used from the cache.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

WORDS = 3
"""Words of an entry: address, and up to two dimensions."""


class Struct(types.Type):
    """Type of a bundle in compiled code."""

    def __init__(self, name: str, parts: tuple[tuple[str, Any], ...]) -> None:
        self.parts = parts
        layout = hashlib.sha256(repr([(n, str(t)) for n, t in parts]).encode()).hexdigest()[:16]
        super().__init__(name=f"{name}[{layout}]")


class Handled:
    """Base of the bundles: makes the block of addresses once, when the bundle is made."""

    struct: Struct
    address: int

    def __post_init__(self) -> None:
        names = [name for name, _ in self.struct.parts]
        block = np.zeros((len(names), WORDS), np.int64)
        for row, (name, kind) in zip(block, self.struct.parts, strict=True):
            row[:] = _entry(name, getattr(self, name), kind)
        object.__setattr__(self, "_block", block)
        object.__setattr__(self, "address", block.ctypes.data)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle by the arrays: addresses belong to one process."""
        return type(self), tuple(getattr(self, f.name) for f in fields(self))  # type: ignore[arg-type]


def _entry(name: str, value: Any, kind: Any) -> tuple[int, int, int]:  # noqa: ANN401 - an array or a bundle
    if isinstance(kind, Struct):
        return value.address, 0, 0
    if from_dtype(value.dtype) != kind.dtype or value.ndim != kind.ndim or not value.flags.c_contiguous:
        raise TypeError(f"{name} must be a contiguous array of {kind.ndim} dimensions as declared, got {value.dtype}")
    shape = (*value.shape, 0)
    return value.ctypes.data, shape[0], shape[1]


@dataclass(frozen=True)
class _Declared:
    kind: Any


def array_of(dtype: Any, ndim: int = 1, *, meaning: str = "") -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare an array of a bundle."""
    return field(metadata={"kind": types.Array(from_dtype(np.dtype(dtype)), ndim, "C"), "meaning": meaning})


def struct_of(bundle: type[Handled]) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a bundle within a bundle."""
    return field(metadata={"kind": bundle.struct, "meaning": bundle.__doc__ or ""})


def compiled_struct(bundle: type) -> type:
    """Make a dataclass of arrays known to the compiler."""
    parts = tuple((f.name, f.metadata["kind"]) for f in fields(bundle))
    struct = Struct(bundle.__name__, parts)
    bundle.struct = struct
    typeof_impl.register(bundle)(lambda value, context: struct)
    return bundle


@register_model(Struct)
class _StructModel(models.OpaqueModel):
    """A pointer."""


@unbox(Struct)
def _unbox(typ: Struct, obj: Any, c: Any) -> NativeValue:  # noqa: ANN401 - Numba's own types
    address = c.pyapi.object_getattr_string(obj, "address")
    word = c.pyapi.long_as_longlong(address)
    c.pyapi.decref(address)
    return NativeValue(c.builder.inttoptr(word, cgutils.voidptr_t))


@infer_getattr
class _StructAttributes(AttributeTemplate):
    key = Struct

    def generic_resolve(self, typ: Struct, attr: str) -> Any:  # type: ignore[override]  # noqa: ANN401 - a Numba type
        return dict(typ.parts).get(attr)


@lower_getattr_generic(Struct)
def _get(context: Any, builder: Any, typ: Struct, value: Any, attr: str) -> Any:  # noqa: ANN401 - Numba's own types
    names = [name for name, _ in typ.parts]
    number = names.index(attr)
    kind = typ.parts[number][1]
    word = ir.IntType(64)
    block = builder.bitcast(value, word.as_pointer())

    def load(word_number: int) -> Any:  # noqa: ANN401 - an LLVM value
        return builder.load(builder.gep(block, [ir.Constant(word, number * WORDS + word_number)]))

    address = load(0)
    if isinstance(kind, Struct):
        return builder.inttoptr(address, cgutils.voidptr_t)
    array = make_array(kind)(context, builder)
    data_type = context.get_data_type(kind.dtype)
    size = context.get_abi_sizeof(data_type)
    shape = [load(1 + d) for d in range(kind.ndim)]
    strides = [ir.Constant(word, size)]
    if kind.ndim > 1:
        strides = [builder.mul(shape[1], ir.Constant(word, size)), ir.Constant(word, size)]
    populate_array(
        array,
        data=builder.inttoptr(address, data_type.as_pointer()),
        shape=shape,
        strides=strides,
        itemsize=ir.Constant(word, size),
        meminfo=None,
    )
    return impl_ret_borrowed(context, builder, kind, array._getvalue())
