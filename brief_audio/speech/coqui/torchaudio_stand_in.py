"""Make Coqui TTS importable where torchaudio and torchcodec are not.

Coqui imports torchaudio and requires torchcodec, but speaking uses neither: they read recordings for training. Both
wheels on PyPI raise OSError next to a CPU build of torch. A module that can't be imported is replaced by an empty one;
using any attribute of it raises an error that says what is missing.
"""

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import NoReturn

_NAMES = ("torchaudio", "torchcodec")


def install_stand_ins(names: tuple[str, ...] = _NAMES) -> tuple[str, ...]:
    """Replace these modules if they can't be imported; return their names. Call this before the first `import TTS`."""
    return tuple(name for name in names if not _imports(name))


class _StandIn(ModuleType):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, loader=None)  # Coqui checks for the module with find_spec
        self._reason = reason

    def __getattr__(self, attribute: str) -> NoReturn:
        raise AttributeError(f"{self.__name__}.{attribute} needs the real {self.__name__}: {self._reason}")


def _imports(name: str) -> bool:
    try:
        importlib.import_module(name)
    except (ImportError, OSError, RuntimeError) as error:
        # A failed import leaves its submodules behind; a later import must not find them.
        for leftover in [module for module in sys.modules if module == name or module.startswith(f"{name}.")]:
            del sys.modules[leftover]
        sys.modules[name] = _StandIn(name, f"{type(error).__name__}: {error}")
        return False
    return True
