"""Names that tell something about a program that uses, defines or sets them."""

from __future__ import annotations

from collections import Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Ways from an object to a frame, to its code or to the names that it sees.
FRAMES = _names(
    """_getframe currentframe f_back f_builtins f_code f_globals f_locals gi_code gi_frame cr_code cr_frame
    ag_code ag_frame tb_frame tb_next __traceback__ settrace setprofile"""
)
INNER = _names(
    """__annotations__ __base__ __bases__ __builtins__ __closure__ __code__ __defaults__ __dict__ __func__
    __getattribute__ __globals__ __import__ __kwdefaults__ __loader__ __match_args__ __module__ __mro__
    __reduce__ __reduce_ex__ __self__ __setattr__ __spec__ __subclasses__ __wrapped__ attrgetter
    methodcaller mro"""
)
# What an exception is about: with the right exception, any module.
ABOUT = _names("obj")
# Whoever defines one of these decides how a test's comparison comes out.
ANSWERING = _names(
    """__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __bool__ __torch_function__ __torch_dispatch__ __array__
    __array_function__ __array_ufunc__ __instancecheck__"""
)
# Values that a test takes as they are: who derives from them can make them answer anything.
VALUES = {kind.__name__: kind for kind in (bool, complex, dict, float, int, list, set, str, tuple)}
COLLECTED = {
    f"collections.{kind.__name__}": kind
    for kind in (Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque)
}
# What a test asks of the objects that it has handed over, once the program is back.
ASKED = _names(
    """allclose buffers children cpu detach equal isclose item modules named_buffers named_modules
    named_parameters parameters state_dict tolist"""
)
BUILTINS = _names(
    "__import__ breakpoint compile delattr dir eval exec globals input locals memoryview open vars"
)
COMPUTED = ("getattr", "setattr", "hasattr")
# They set attributes: their own, or those that they're told after so many arguments.
COPYING = {"functools.update_wrapper": 2, "functools.wraps": 1}
SETTINGS = ("torch.backends",)  # switches, whose values are put back after each test
