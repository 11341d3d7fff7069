"""Helpers of the Neural Style Transfer course, under the names of the original course.

The modules follow the way of the data: picture file → ``images`` → ``vgg`` → ``costs`` →
``optimize`` → ``images`` → picture file. ``show`` draws any stage, ``checks`` looks at what a
student wrote.
"""

from nst_utils import _quiet  # noqa: F401, I001  (first: it imports TensorFlow without its noise)

from nst_utils.config import (
    CONFIG,
    CONTENT_LAYER,
    STYLE_LAYERS,
    NSTError,
    class_budget,
    project_path,
)
from nst_utils.costs import (
    compute_content_cost,
    compute_layer_style_cost,
    compute_style_cost,
    gram_matrix,
    total_cost,
)
from nst_utils.engine import Painter, stylize
from nst_utils.images import (
    ImageFileError,
    denormalize_image,
    generate_noise_image,
    load_image,
    reshape_and_normalize_image,
    save_image,
)
from nst_utils.matfile import WeightsFileError
from nst_utils.objective import Style
from nst_utils.optimize import Progress, minimize, model_nn, train_step
from nst_utils.settings import PRESETS, Settings
from nst_utils.vgg import VGGModel, load_vgg_model

__all__ = [
    "CONFIG",
    "CONTENT_LAYER",
    "PRESETS",
    "STYLE_LAYERS",
    "ImageFileError",
    "NSTError",
    "Painter",
    "Progress",
    "Settings",
    "Style",
    "VGGModel",
    "WeightsFileError",
    "class_budget",
    "compute_content_cost",
    "compute_layer_style_cost",
    "compute_style_cost",
    "denormalize_image",
    "generate_noise_image",
    "gram_matrix",
    "load_image",
    "load_vgg_model",
    "minimize",
    "model_nn",
    "project_path",
    "reshape_and_normalize_image",
    "save_image",
    "stylize",
    "total_cost",
    "train_step",
]
