"""Lets Coqui TTS be imported where torchaudio and torchcodec cannot be.

Coqui imports torchaudio and insists on finding torchcodec, yet speaking uses neither: they read recordings for
training. The wheels of both on PyPI raise OSError beside a torch built for the CPU. What does not import gets an
empty module in its place, and using anything of that raises an error which says what is missing.
"""

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import NoReturn

_NAMES = ("torchaudio", "torchcodec")


def install(names: tuple[str, ...] = _NAMES) -> tuple[str, ...]:
    """Stand in for those modules that do not import, and return their names; call it before the first `import TTS`."""
    return tuple(name for name in names if not _imports(name))


class _StandIn(ModuleType):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, loader=None)  # Coqui looks for the module with find_spec
        self._reason = reason

    def __getattr__(self, attribute: str) -> NoReturn:
        raise AttributeError(f"{self.__name__}.{attribute} needs the real {self.__name__}: {self._reason}")


def _imports(name: str) -> bool:
    try:
        importlib.import_module(name)
    except (ImportError, OSError, RuntimeError) as error:
        # A failed import leaves its submodules behind; a later import must not meet them.
        for leftover in [module for module in sys.modules if module == name or module.startswith(f"{name}.")]:
            del sys.modules[leftover]
        sys.modules[name] = _StandIn(name, f"{type(error).__name__}: {error}")
        return False
    return True
