"""Helpers of the Neural Style Transfer course, under the names of the original course.

The modules follow the way of the data: picture file → ``images`` → ``vgg`` → ``costs`` →
``optimize`` → ``images`` → picture file. ``show`` draws any stage, ``checks`` looks at what a
student wrote.
"""

import importlib

_MODULES = {
    "config": (
        "CONFIG",
        "CONTENT_LAYER",
        "STYLE_LAYERS",
        "NSTError",
        "class_budget",
        "project_path",
    ),
    "costs": (
        "compute_content_cost",
        "compute_layer_style_cost",
        "compute_style_cost",
        "gram_matrix",
        "total_cost",
    ),
    "engine": ("Painter", "stylize"),
    "film": ("read_film", "stylize_film"),
    "images": (
        "ImageFileError",
        "denormalize_image",
        "generate_noise_image",
        "load_image",
        "reshape_and_normalize_image",
        "save_image",
    ),
    "instant": ("load_magenta", "stylize_instantly"),
    "matfile": ("WeightsFileError",),
    "objective": ("Style",),
    "optimize": ("Progress", "minimize", "model_nn", "train_step"),
    "settings": ("PRESETS", "Settings"),
    "vgg": ("VGGModel", "load_vgg_model"),
}
"""What the package offers, by the module that it stands in."""

_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    """Import a name when it is first asked for.

    TensorFlow takes three seconds to import. So the command line and the studio's page, which
    must be there sooner, do not wait for it; whoever takes a name from here has it, imported
    without its page of messages.
    """
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    importlib.import_module(f"{__name__}._quiet")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
