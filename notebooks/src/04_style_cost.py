# %% [markdown]
# # 04 · Style cost
#
# *60 minutes in class, about 1 of them computing.*
#
# **After this notebook you can**
#
# - compute a Gram matrix, and say what its numbers mean;
# - turn an activation into one row per channel, without mixing the channels;
# - write the style cost of one layer and of several layers;
# - let a texture grow out of noise.
#
# ## Recap: answer before you open
#
# Cut a photograph into small squares and shuffle them. Does the content cost notice?
#
# <details><summary>Show the answer</summary>
#
# Yes, very much. It compares position by position, and now other things stand at each position.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. It loads the network and three style pictures.

# %%
from nst_utils import (
    STYLE_LAYERS,
    checks,
    class_budget,
    compute_content_cost,
    load_image,
    load_vgg_model,
    reshape_and_normalize_image,
    show,
)
from nst_utils.optimize import minimize

import numpy as np
import tensorflow as tf  # after nst_utils, which keeps its start-up messages away

SIZE, STEPS = class_budget(size=240, iterations=120)
gram_matrix = checks.to_write("gram_matrix")  # yours will take its place
compute_layer_style_cost = checks.to_write("compute_layer_style_cost")
compute_style_cost = checks.to_write("compute_style_cost")

model = load_vgg_model()
names = ["stained glass", "northern lights", "waves"]
files = [f"images/style/{name.replace(' ', '-')}.jpg" for name in names]
pictures = [load_image(file, SIZE) for file in files]
styles = [reshape_and_normalize_image(picture) for picture in pictures]

# %%
show.show_images(
    pictures,
    names,
    alt="Three style pictures: leaded stained glass, northern lights in thick brush strokes, and "
    "waves like a woodblock print.",
    see="you could tell these styles from any small piece of them, wherever it was cut out.",
)

# %% [markdown]
# ## The idea
#
# Style is what stays when you forget where things are. In stained glass, every piece of colour
# has a dark line beside it. In the waves, blue curves come together with white foam. Such
# *togetherness* is what we measure:
#
# > Which channels are active **at the same places**? The answer to this, for every pair of
# > channels, is a picture's style.
#
# **A tiny example.** A layer has two channels, say "dark line" and "red", and four positions.
# We write one row per channel and one column per position, and call this matrix $A$:
#
# $$A = \begin{pmatrix}1&0&1&0\\0&1&0&1\end{pmatrix}, \qquad
#   B = \begin{pmatrix}1&1&0&0\\1&1&0&0\end{pmatrix}$$
#
# In $A$ there is never line *and* red at one position. In $B$ they always come together. Multiply
# the two rows position by position and add up: that gives 0 for $A$ and 2 for $B$.

# %% [markdown]
# ## Exercise 1: `gram_matrix`
#
# The **Gram matrix** holds this sum for every pair of channels. Let $n_C$ be the number of
# channels and $M$ the number of positions. $A$ has the shape $(n_C, M)$, and
#
# $$G_{ij} = \sum_{k=1}^{M} A_{ik} \cdot A_{jk} \qquad\text{or, in one go,}\qquad G = A A^T$$
#
# $k$ runs over the positions. $A^T$ is $A$ transposed: rows become columns. $G$ has the shape
# $(n_C, n_C)$. On its diagonal stands how strong each channel is; beside it, which channels go
# together.
#
# <details><summary>Hint 1: which operation</summary>
#
# Rows times columns, added up: that is a product of matrices, `tf.matmul`. The star `*` would
# multiply number by number.
#
# </details>
#
# <details><summary>Hint 2: the transpose</summary>
#
# `tf.transpose(A)` exchanges rows and columns. `tf.matmul` can also do it for you: look at its
# arguments `transpose_a` and `transpose_b`.
#
# </details>
#
# <details><summary>Hint 3: the order</summary>
#
# Write the two shapes side by side. The inner sizes must agree, and they vanish. Which order
# leaves $(n_C, n_C)$?
#
# </details>


# %%
def gram_matrix(A):
    """Compute the Gram matrix of A, shape (n_C, M). Returns shape (n_C, n_C)."""
    ### BEGIN SOLUTION
    G = tf.matmul(A, tf.transpose(A))
    ### END SOLUTION
    return G


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
gram_matrix = checks.gram_matrix(gram_matrix)

# %% [markdown]
# ## From an activation to rows
#
# The network gives an activation of shape $(1, n_H, n_W, n_C)$, and we need $(n_C, n_H \cdot
# n_W)$: one row per channel. This is called *unrolling*. It looks harmless. It is an easy mistake
# to make, and the pictures do not tell you.
#
# Here is an activation whose numbers spell their own place: `213` is row 2, column 1, channel 3.
#
# **Predict first.** What stands in row 0 of `tf.reshape(a, (n_C, n_H * n_W))`?
#
# - **a**: channel 0 at every position
# - **b**: all the channels of the first positions
# - **c**: the last column of the picture
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %%
h, w, c = np.meshgrid(np.arange(2), np.arange(3), np.arange(4), indexing="ij")
a = tf.constant(100 * h + 10 * w + c)[tf.newaxis]  # shape (1, 2, 3, 4)

print("row 0 after reshape alone:", tf.reshape(a, (4, 6))[0].numpy())
checks.compare(
    my_guess,
    "b",
    "in memory, the channels of one position stand side by side, and reshape never reorders.",
)

# %% [markdown]
# So flatten the positions first, and keep the channels as columns: `tf.reshape(a, (6, 4))`.
# Then one operation turns columns into rows. Which? You will need it now.
#
# ## Exercise 2: `compute_layer_style_cost`
#
# Let **S** be the style picture and **G** the generated one. In one layer, their Gram matrices are
# $G^{(S)}$ and $G^{(G)}$. (Careful: the large letter is a Gram matrix, the small one above it names
# the picture.)
#
# A Gram matrix adds up over all positions, so that of a larger picture is larger. Therefore each
# one is divided by its *own* number of positions, $M = n_H \cdot n_W$, before they are compared.
# This is the style cost of the layer:
#
# $$J_{layer} = \frac{1}{4 \cdot n_C^2}
#   \sum_{i,j} \left(\frac{G^{(S)}_{ij}}{M_S} - \frac{G^{(G)}_{ij}}{M_G}\right)^2$$
#
# <details><summary>The formula of the original course looks different. Why?</summary>
#
# There, both pictures have the same size, and the two divisions by $M$ stand before the sum:
#
# $$J_{layer} = \frac{1}{4 \cdot n_C^2 \cdot (n_H \cdot n_W)^2}
#   \sum_{i,j} \left(G^{(S)}_{ij} - G^{(G)}_{ij}\right)^2$$
#
# For equal sizes both give the same number. Ours also works when the sizes differ.
#
# </details>
#
# **By hand.** One channel, S with the two positions (1, 3), G with the four positions (2, 2, 2,
# 2). The Gram matrices are 1 + 9 = 10 and 16. Divided by their own number of positions, they are
# 5 and 4. So $J_{layer} = (5 - 4)^2 / 4 = 0.25$.
#
# <details><summary>Hint 1: the plan</summary>
#
# For each of the two activations: read its sizes, unroll it to one row per channel, call your
# `gram_matrix`, divide by its own number of positions. Then compare.
#
# </details>
#
# <details><summary>Hint 2: unroll</summary>
#
# In the small example above it was (6, 4), and then rows and columns changed places. Which two
# numbers are that here? See for yourself: row 0 must be `a[0, :, :, 0]`, read line by line.
#
# </details>
#
# <details><summary>Hint 3: the factor</summary>
#
# A Gram matrix has $n_C \cdot n_C$ numbers. The sum of squares divided by $4 \cdot n_C^2$ is a
# quarter of their mean.
#
# </details>


# %%
def compute_layer_style_cost(a_S, a_G):
    """Compute the style cost of one layer.

    a_S, a_G: activations of the two pictures, shape (1, n_H, n_W, n_C). They may differ in
    n_H and n_W.
    Returns J_layer, one number.
    """
    ### BEGIN SOLUTION
    _, n_H, n_W, n_C = a_S.shape
    A_S = tf.transpose(tf.reshape(a_S, (n_H * n_W, n_C)))
    G_S = gram_matrix(A_S) / (n_H * n_W)

    _, n_H, n_W, n_C = a_G.shape
    A_G = tf.transpose(tf.reshape(a_G, (n_H * n_W, n_C)))
    G_G = gram_matrix(A_G) / (n_H * n_W)

    J_layer = tf.reduce_sum(tf.square(G_S - G_G)) / (4 * n_C**2)
    ### END SOLUTION
    return J_layer


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
compute_layer_style_cost = checks.compute_layer_style_cost(compute_layer_style_cost)

# %% [markdown]
# ## Experiment 1: shuffle the positions
#
# We take the activation of a style picture and put its positions into a random order. All the
# channels of a position stay together.
#
# **Predict first.** Which of the two costs will notice?
#
# - **a**: both
# - **b**: the content cost only
# - **c**: the style cost only
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"

# %%
a = model(styles[0], layers=("conv2_1",))["conv2_1"]
_, n_H, n_W, n_C = a.shape
order = np.random.default_rng(0).permutation(n_H * n_W)
shuffled = tf.reshape(tf.gather(tf.reshape(a, (n_H * n_W, n_C)), order), a.shape)

show.show_activations(
    [a, shuffled],
    ["conv2_1 of the stained glass", "the same numbers, shuffled"],
    alt="Left, the activation of the stained glass, its tree, sun and leading visible. Right, the "
    "same numbers in random order: noise.",
    see="nothing is left of the picture …",
)
show.show_bars(
    {
        "content cost": float(compute_content_cost(a, shuffled)),
        "style cost": float(compute_layer_style_cost(a, shuffled)),
    },
    alt="Two bars: the content cost is large, the style cost is practically 0.",
    see="… and the style cost does not notice. Only rounding is left of it.",
)
checks.compare(my_guess, "b", "the Gram matrix adds up over all positions, in whatever order.")

# %% [markdown]
# ## Experiment 2: the fingerprint of a style
#
# Each of the three pictures has a Gram matrix in `conv3_1`. We look at the 24 channels that are
# strongest in the stained glass: the same ones in all three, the strongest first.


# %%
def gram_of(image, layer):
    """Compute the Gram matrix of a picture in a layer, per position."""
    a = model(image, layers=(layer,))[layer]
    _, n_H, n_W, n_C = a.shape
    return gram_matrix(tf.transpose(tf.reshape(a, (n_H * n_W, n_C)))) / (n_H * n_W)


show.show_gram(
    [gram_of(style, "conv3_1") for style in styles],
    names,
    count=24,
    alt="Three square heat maps of 24 by 24 channels, each symmetric about its diagonal. In the "
    "stained glass the diagonal is brightest; the northern lights are darker; the waves have "
    "a few single bright spots, on and beside the diagonal.",
    see="every style lights up other pairs of channels; each matrix is its own mirror image.",
)

# %% [markdown]
# ## Exercise 3: `compute_style_cost`
#
# Each layer sees strokes of another size: `conv1_1` colours and edges, `conv5_1` whole motifs. So
# we add up several layers $l$, each with a weight $\lambda_l$ (say "lambda"):
#
# $$J_{style} = \sum_l \lambda_l \cdot J_{layer}(l)$$
#
# `style` and `generated` are dictionaries of activations, as `model(image)` returns them.
# `style_layers` is a list of pairs of a name and a weight, such as `("conv1_1", 0.2)`.
#
# <details><summary>Hint 1: the loop</summary>
#
# `for layer, weight in style_layers:` takes each pair apart.
#
# </details>
#
# <details><summary>Hint 2: the activations</summary>
#
# A dictionary is asked by name: `style[layer]`.
#
# </details>
#
# <details><summary>Hint 3: adding up</summary>
#
# Begin with `J_style = 0.0` before the loop, and use `+=` inside. Where must `return` stand, so
# that all the layers are counted?
#
# </details>


# %%
def compute_style_cost(style, generated, style_layers=STYLE_LAYERS):
    """Compute the style cost over several layers.

    style, generated: dictionaries from a layer's name to its activation.
    style_layers: pairs of a layer's name and its weight.
    Returns J_style, one number.
    """
    ### BEGIN SOLUTION
    J_style = 0.0
    for layer, weight in style_layers:
        J_style += weight * compute_layer_style_cost(style[layer], generated[layer])
    ### END SOLUTION
    return J_style


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
compute_style_cost = checks.compute_style_cost(compute_style_cost)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the references.

# %%
LATE = False
if LATE:
    gram_matrix = checks.reference("gram_matrix")
    compute_layer_style_cost = checks.reference("compute_layer_style_cost")
    compute_style_cost = checks.reference("compute_style_cost")

# %% [markdown]
# ## Experiment 3: a texture out of noise
#
# Let the style cost paint alone, without any content. We begin with the first layer, and add one
# more each time.
#
# **Predict first.** What does `conv1_1` alone bring?
#
# - **a**: the colours, as fine grain
# - **b**: large shapes without colour
# - **c**: a copy of the style picture

# %%
my_guess = "?"

# %%
noise = np.random.default_rng(0).uniform(-20, 20, styles[0].shape).astype(np.float32)


def texture(layers):
    """Paint a texture from noise with the style cost of these layers."""
    a_S = model(styles[0], layers=layers)
    weights = [(layer, 1 / len(layers)) for layer in layers]

    def costs(image):
        J_style = compute_style_cost(a_S, model(image, layers=layers), weights)
        return J_style, 0.0, J_style

    *_, last = minimize(costs, noise, STEPS, every=STEPS, learning_rate=5.0)
    return last.image


layers = [layer for layer, _ in STYLE_LAYERS]
textures = [texture(layers[: count + 1]) for count in range(len(layers))]

# %%
show.show_filmstrip(
    [styles[0], *textures],
    ["style picture", "conv1_1", *[f"+ {layer}" for layer in layers[1:]]],
    alt="The stained glass, then five textures grown out of noise: coloured grain from conv1_1 "
    "alone, then short lines, then larger pieces of glass with dark leading as layers are "
    "added.",
    see="with every layer the pieces grow. The tree and the sun do not come back.",
)
checks.compare(
    my_guess,
    "a",
    "conv1_1 sees 3 × 3 pixels at a time: colours and the finest edges, nothing larger.",
)

# %% [markdown]
# **Try it.** Put another style into `texture`. Or give `compute_style_cost` one layer alone, such
# as `conv4_1`, and look at what is missing then. And one thing of the composition *does* come back,
# at the edges: which, and why could that be?

# %% [markdown]
# ## Quiz
#
# **1.** What stands on the diagonal of a Gram matrix?
#
# <details><summary>Show the answer</summary>
#
# Each channel with itself: the sum of its squares. It says how strong a channel is, all places
# together.
#
# </details>
#
# **2.** A style picture of 800 × 600 is used for a generated picture of 400 × 300. What would
# happen if the Gram matrices were not divided by their own number of positions?
#
# <details><summary>Show the answer</summary>
#
# The style's Gram matrix would be about four times larger. The generated picture would be pushed
# to activations that are too strong: glaring colours and contrasts.
#
# </details>
#
# **3.** Mirror the style picture, left for right. Does its Gram matrix in `conv1_1` stay the same?
#
# <details><summary>Show the answer</summary>
#
# Not quite. The positions do not matter, but the *channels* do: a channel for lines that rise to
# the right now sees lines that fall. Shuffling the positions of an activation is not the same as
# moving the pixels of the picture.
#
# </details>
#
# ## What comes next
#
# We can measure content, and we can measure style. In notebook 05 the two have to come to terms.
