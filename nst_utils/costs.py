"""The cost functions: how far a picture is from the content, and from the style, that we want.

These are the reference answers of notebooks 03 to 05, in the same names. Every function is
differentiable: TensorFlow can tell how each pixel should change to lower the cost.

Symbols: C is the content picture, S the style picture, G the generated picture. An activation a
has the shape (1, n_H, n_W, n_C): height, width and number of channels of its layer.
"""

from collections.abc import Iterable, Mapping

from nst_utils._quiet import tf
from nst_utils.config import STYLE_LAYERS, NSTError


def compute_content_cost(a_C: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
    """Compare two activations of one layer, position by position.

    J_content = 1 / (4 · n_H · n_W · n_C) · Σ (a_C − a_G)²

    Args:
        a_C: activation of the content picture, float, shape (1, n_H, n_W, n_C).
        a_G: activation of the generated picture in the same layer, same shape and dtype.

    Returns:
        J_content, a scalar ≥ 0 of the same dtype.

    Raises:
        NSTError: if the shapes differ, or an activation is not floating point.

    Source:
        The course's normalisation of Gatys et al. 2016, equation 1.
    """
    a_C, a_G = _activations(a_C=a_C, a_G=a_G)
    if not a_C.shape.is_compatible_with(a_G.shape):
        raise NSTError(
            f"a_C and a_G: shapes {tuple(a_C.shape)} and {tuple(a_G.shape)} differ; take both "
            "from the same layer, of pictures of the same size."
        )
    size = tf.cast(tf.size(a_G), a_G.dtype)  # n_H · n_W · n_C
    return tf.reduce_sum(tf.square(a_C - a_G)) / (4 * size)


def gram_matrix(A: tf.Tensor) -> tf.Tensor:
    """Multiply every channel with every channel, summed over all positions.

    G_ij = Σ_k A_ik · A_jk: how strongly channels i and j are active *at the same places*. The
    sum over the places forgets where they are; that is what makes it a measure of style.

    Args:
        A: an unrolled activation, float, shape (n_C, n_H·n_W): one row a channel.

    Returns:
        The Gram matrix A·Aᵀ, shape (n_C, n_C), symmetric, not normalised.

    Source:
        Gatys et al. 2016, equation 3.
    """
    return tf.matmul(A, A, transpose_b=True)


def unroll(a: tf.Tensor) -> tf.Tensor:
    """Lay out an activation as a matrix with one row a channel.

    Args:
        a: activation, shape (1, n_H, n_W, n_C).

    Returns:
        A of `gram_matrix`, shape (n_C, n_H·n_W), of the same dtype.
    """
    # The channels are the last axis in memory. Flatten the positions first, then transpose:
    # a reshape straight to (n_C, −1) would mix the channels in every row.
    return tf.transpose(tf.reshape(a, (-1, a.shape[-1])))


def compute_layer_style_cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
    """Compare the Gram matrices of two activations of one layer.

    J_layer = 1 / (4 · n_C² · (n_H·n_W)²) · Σ (G_S − G_G)²

    The two pictures may differ in size. Each Gram matrix is therefore divided by its own number
    of positions M = n_H·n_W, and J_layer = ¼ · mean((G_S/M_S − G_G/M_G)²): the same number as
    above where the sizes agree.

    Args:
        a_S: activation of the style picture, float, shape (1, n_H, n_W, n_C).
        a_G: activation of the generated picture in the same layer; n_H and n_W may differ.

    Returns:
        J_layer, a scalar ≥ 0.

    Raises:
        NSTError: if n_C differs, or an activation is not floating point or of one picture.

    Source:
        Gatys et al. 2016, equation 4.
    """
    a_S, a_G = _activations(a_S=a_S, a_G=a_G)
    if a_S.shape[-1] != a_G.shape[-1]:
        raise NSTError(
            f"a_S and a_G: {a_S.shape[-1]} and {a_G.shape[-1]} channels; take both from the same "
            "layer."
        )
    difference = _gram_per_position(a_S) - _gram_per_position(a_G)
    return tf.reduce_mean(tf.square(difference)) / 4


def compute_style_cost(
    style: Mapping[str, tf.Tensor],
    generated: Mapping[str, tf.Tensor],
    style_layers: Iterable[tuple[str, float]] = STYLE_LAYERS,
) -> tf.Tensor:
    """Add up the style costs of several layers, each with its weight.

    J_style = Σ_l λ_l · J_layer(l)

    Args:
        style: the activations of the style picture by layer name, as ``model(image)`` returns.
        generated: the same for the generated picture.
        style_layers: pairs of a layer's name and its weight λ_l.

    Returns:
        J_style, a scalar ≥ 0; 0 where there is no layer.

    Raises:
        NSTError: if a layer is in ``style_layers`` but not among the activations.

    Source:
        Gatys et al. 2016, equation 5.
    """
    J_style = 0.0
    for layer, weight in style_layers:
        if layer not in style or layer not in generated:
            raise NSTError(
                f"style_layers: no activation of {layer!r}; ask the model for this layer, "
                f"there are {', '.join(style) or 'none'}."
            )
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])
    return tf.convert_to_tensor(J_style)


def total_cost(
    J_content: tf.Tensor, J_style: tf.Tensor, alpha: float = 10, beta: float = 40
) -> tf.Tensor:
    """Weigh content against style: J = α · J_content + β · J_style.

    Args:
        J_content: the content cost, a scalar.
        J_style: the style cost, a scalar.
        alpha: weight of the content.
        beta: weight of the style.

    Returns:
        J, a scalar: the one number that the optimisation lowers.

    Source:
        Gatys et al. 2016, equation 7; α and β are the course's.
    """
    return alpha * J_content + beta * J_style


def _gram_per_position(a: tf.Tensor) -> tf.Tensor:
    """The Gram matrix of an activation, divided by n_H·n_W."""
    A = unroll(a)
    return gram_matrix(A) / tf.cast(tf.shape(A)[1], A.dtype)


def _activations(**given: tf.Tensor) -> list[tf.Tensor]:
    """See that two arguments are activations of one type."""
    activations = [_activation(argument, a) for argument, a in given.items()]
    if len({a.dtype for a in activations}) > 1:
        types = " and ".join(a.dtype.name for a in activations)
        raise NSTError(f"{' and '.join(given)}: types {types} differ; make both float32.")
    return activations


def _activation(argument: str, a: tf.Tensor) -> tf.Tensor:
    a = tf.convert_to_tensor(a)
    if a.shape.rank != 4 or a.shape[0] not in (1, None) or not a.dtype.is_floating:
        raise NSTError(
            f"{argument}: got {a.dtype.name} of shape {tuple(a.shape)}, expected a float "
            "activation of one picture, shape (1, n_H, n_W, n_C)."
        )
    return a
