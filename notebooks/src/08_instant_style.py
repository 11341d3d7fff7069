# %% [markdown]
# # 08 · Instant style
#
# *45 minutes in class, about 1 of them computing.*
#
# **After this notebook you can**
#
# - write AdaIN, the step that gives a photograph a style in one pass through a network;
# - set how strong a style is, and mix several;
# - say why one pass is so fast, and what it has given up for that.
#
# ## Recap: answer before you open
#
# A Gram matrix describes a style. What does it know of the picture, and what has it forgotten?
#
# <details><summary>Show the answer</summary>
#
# It knows which channels are active together, and on its diagonal how strong each of them is. It
# has forgotten *where*: you may shuffle the positions, and it stays the same.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. It loads two networks, a photograph and two styles.

# %%
import time
from dataclasses import replace

from nst_utils import (
    PRESETS,
    checks,
    class_budget,
    compute_layer_style_cost,
    compute_style_cost,
    denormalize_image,
    load_image,
    load_vgg_model,
    reshape_and_normalize_image,
    show,
    stylize,
)
from nst_utils.instant import EPSILON, load_instant_model

import numpy as np
import tensorflow as tf  # after nst_utils, which keeps its start-up messages away

SIZE, STEPS = class_budget(size=400, iterations=200)
adain = checks.to_write("adain")  # yours will take its place

model = load_instant_model()  # an encoder and a decoder
photograph = load_image("images/content/chelsea.png", SIZE)
glass = load_image("images/style/stained-glass.jpg", SIZE)
waves = load_image("images/style/waves.jpg", SIZE)

# %%
show.show_images(
    [photograph, glass, waves],
    ["photograph", "stained glass", "waves"],
    alt="A tabby cat with long whiskers, looking to the right; leaded stained glass with a tree "
    "and a sun; waves like a woodblock print.",
    see="the whiskers are as thin as one pixel. Keep them in mind.",
)

# %% [markdown]
# ## The idea
#
# In notebook 06 every picture took 200 steps, and the next picture takes 200 more. Could we do the
# work once, and then be fast for *every* photograph and *every* style? In 2017 Xun Huang and Serge
# Belongie found a way:
#
# ```text
# photograph → encoder → c ─┐
#                           ├→ AdaIN → t → decoder → picture
# style      → encoder → s ─┘
# ```
#
# - The **encoder** is the network of this course, up to the layer `conv4_1`. $c$ and $s$ are the
#   activations of the two pictures there.
# - **AdaIN** makes a new activation $t$: the content of $c$, the style of $s$. You will write it.
# - The **decoder** is a second network. It turns an activation back into a picture. It was trained
#   beforehand, on many photographs and styles, to paint pictures in which the encoder sees $t$
#   again. That is where the work was done, once and for all.
#
# ### What is style? A second answer
#
# AdaIN is short for *adaptive instance normalization*. It takes two numbers from each channel of
# the style, over all positions: the **mean** $\mu$ (say "mu") says how strong the channel is, the
# **deviation** $\sigma$ (say "sigma", the standard deviation) how much it varies.
#
# | | Gram matrix | AdaIN |
# |---|---|---|
# | what it keeps of a style | which channels go together | how strong and how varied each one is |
# | how many numbers, for 192 channels | 192 · 192 = 36,864 | 2 · 192 = 384 |
# | what it has forgotten | where things are | where things are, *and* what goes together |
# | what is done with it | a cost, lowered in many steps | put on in one go |
#
# ## Exercise: `adain`
#
# For one channel $x$ with $M$ positions,
#
# $$\mu(x) = \frac{1}{M} \sum_{k=1}^{M} x_k \qquad\qquad
#   \sigma(x) = \sqrt{\frac{1}{M} \sum_{k=1}^{M} \big(x_k - \mu(x)\big)^2 + \varepsilon}$$
#
# What stands in front of $\varepsilon$ (say "epsilon") is the variance. $\varepsilon$ itself is a
# small number: a channel that is 0 everywhere has variance 0, and without $\varepsilon$ we would
# divide by 0. It is the constant `EPSILON` of the set-up cell. With these,
#
# $$t = \sigma(s) \cdot \frac{c - \mu(c)}{\sigma(c)} + \mu(s)$$
#
# The fraction takes the look of the photograph off: every channel gets mean 0 and deviation 1. Then
# the look of the style is put on. What was large in $c$ is still large in $t$, at the same place.
#
# **By hand**, leaving $\varepsilon$ out. In one channel, the photograph has the two positions
# (1, 3), and the style the four positions (10, 10, 40, 40). So $\mu(c) = 2$, $\sigma(c) = 1$,
# $\mu(s) = 25$ and $\sigma(s) = 15$. The fraction is (−1, 1), and $t$ = (10, 40).
#
# No gradient is taken here. So for once, NumPy is as good as TensorFlow.
#
# <details><summary>Hint 1: the axes</summary>
#
# The axes of an activation are batch, height, width and channel, counted from 0. One number for
# each channel is to be left. Over which axes do you average?
#
# </details>
#
# <details><summary>Hint 2: the functions</summary>
#
# `tf.reduce_mean` averages. Its argument `axis` is a number or a list of them. With
# `keepdims=True`, the axes that would vanish stay with length 1: so the result still fits the
# activation. `tf.nn.moments` gives mean and variance in one go; there the axes are called `axes`.
#
# </details>
#
# <details><summary>Hint 3: the order</summary>
#
# Four statistics first: two from the content, two from the style. Then take off, then put on.
# From a variance to $\sigma$ there are two steps. Which comes first, $\varepsilon$ or the root?
#
# </details>


# %%
def adain(content, style):
    """Give each channel of an activation the mean and the deviation that it has in another one.

    content, style: activations, shape (1, n_H, n_W, n_C). They may differ in n_H and n_W.
    Returns an activation of the shape of content.
    """
    ### BEGIN SOLUTION
    mu_c, variance_c = tf.nn.moments(content, axes=[1, 2], keepdims=True)
    mu_s, variance_s = tf.nn.moments(style, axes=[1, 2], keepdims=True)
    sigma_c = tf.sqrt(variance_c + EPSILON)
    sigma_s = tf.sqrt(variance_s + EPSILON)

    t = sigma_s * (content - mu_c) / sigma_c + mu_s
    ### END SOLUTION
    return t


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
adain = checks.adain(adain)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the reference.

# %%
LATE = False
if LATE:
    adain = checks.reference("adain")

# %% [markdown]
# ## One pass
#
# Here is all of it: two activations, your AdaIN, the decoder.


# %%
def decoded(activation):
    """Make a picture of an activation, as large as the photograph."""
    n_H, n_W, _ = photograph.shape  # the encoder adds edges, until the sides are multiples of 8
    return denormalize_image(model.decode(activation)[:, :n_H, :n_W])


c, s = model.encode(photograph), model.encode(glass)
t = adain(c, s)
show.show_images(
    [photograph, glass, decoded(t)],
    ["photograph", "style", "one pass"],
    alt="The cat, the stained glass, and the cat in pieces of glass with dark leads between them.",
    see="the cat is where it was. Nobody has trained anything for this pair of pictures.",
)

# %% [markdown]
# ## Experiment 1: a race
#
# The same pair in two ways: by the 200 steps of notebook 06, and by one pass. Both make a picture
# of the same size. To be fair: in the time of the steps there is one second of loading, and the
# networks of the one pass are loaded already.
#
# **Predict first.** One pass is faster …
#
# - **a**: about 2 times
# - **b**: about 10 times
# - **c**: 50 times or more
#
# Write your letter between the quotes, and run the cell. You will wait about 20 seconds: for the
# steps.

# %%
my_guess = "?"

# %%
began = time.perf_counter()
by_steps = stylize(photograph, glass, replace(PRESETS["course"], size=SIZE, iterations=STEPS))
seconds_of_steps = time.perf_counter() - began

began = time.perf_counter()
by_one_pass = decoded(adain(model.encode(photograph), model.encode(glass)))
seconds_of_pass = time.perf_counter() - began

show.show_images(
    [by_steps, by_one_pass],
    [f"{STEPS} steps: {seconds_of_steps:.1f} s", f"one pass: {seconds_of_pass:.2f} s"],
    alt="The cat twice. By steps it is drawn with fine leads around large, bright pieces of glass "
    "that follow its fur, and even the whiskers are there. By one pass it is covered with small "
    "round pieces, all much alike and darker.",
    see="the seconds stand below the pictures. Which of the two would you hang up?",
)
checks.compare(
    my_guess,
    "c",
    "steps go through the network hundreds of times, forwards and backwards. One pass goes through "
    "it once for each picture, and once through the decoder.",
)

# %% [markdown]
# On the two cores where this page was made, it was 22 seconds against 0.12.
#
# Faster, but is it as good? In notebook 07 we learned to measure with one yardstick. Here it is the
# style cost of notebook 04, over its five layers.

# %%
network = load_vgg_model("small")
of_glass = network(reshape_and_normalize_image(glass))


def style_cost(picture):
    """Measure how far a picture is from the style of the stained glass."""
    return float(compute_style_cost(of_glass, network(reshape_and_normalize_image(picture))))


show.show_bars(
    {
        "photograph": style_cost(photograph),
        "one pass": style_cost(by_one_pass),
        "many steps": style_cost(by_steps),
    },
    log=True,
    alt="Three bars on a logarithmic scale. The photograph has the longest one, one pass a "
    "somewhat shorter one, many steps a far shorter one.",
    see="one pass goes a part of the way. Many steps go much further: they lower just this cost.",
)

# %% [markdown]
# ## Experiment 2: how strong?
#
# $c$ is the photograph, $t$ has all of the style. Between the two lies a straight line, and every
# point of it can be decoded:
#
# $$(1 - w) \cdot c + w \cdot t \qquad \text{with a strength } w \text{ from 0 to 1}$$
#
# **Predict first.** With $w = 0$, AdaIN plays no part. What will the decoder paint?
#
# - **a**: the photograph, as it is
# - **b**: the photograph, but not quite
# - **c**: the stained glass

# %%
my_guess = "?"

# %%
strengths = [0, 0.25, 0.5, 0.75, 1]
film = [decoded((1 - w) * c + w * t) for w in strengths]
show.show_filmstrip(
    [photograph, *film],
    ["photograph", *[f"strength {w}" for w in strengths]],
    alt="The photograph, and the cat five more times. At strength 0 it is a soft picture of the "
    "cat whose whiskers are gone; then dark leads grow from its eyes outwards, and at strength 1 "
    "all of it is glass.",
    see="the style grows step by step. But look at strength 0: where are the whiskers?",
)
checks.compare(
    my_guess,
    "b",
    "the decoder has never seen the photograph, only its activation. That has one position for "
    "8 × 8 pixels, and says what is there rather than where each hair lies.",
)

# %% [markdown]
# So strength 0 is the photograph *as encoder and decoder see it*. No strength gives the whiskers
# back. For the same reason one pass cannot keep small letters, or a face far away.
#
# Now take it into your own hands. Move the slider; the encoder has done its work, and only the
# decoder runs.

# %%
show.show_slider(
    lambda w: decoded((1 - w) * c + w * t),
    "strength",
    alt="The cat with all of the style: pieces of glass everywhere.",
    see="from strength 0 to 1, leads appear around the eyes first, then everywhere. Without a "
    "slider, on paper for example, the filmstrip above shows the same.",
)

# %% [markdown]
# ## Experiment 3: two styles
#
# What can be blended with $c$ can also be blended with another $t$. A weighted sum of two gives a
# style between them. And the weights may change from place to place: that is a **mask**.

# %%
t_waves = adain(c, model.encode(waves))
half_of_each = 0.5 * t + 0.5 * t_waves

mask = np.ones((1, 1, c.shape[2], 1), np.float32)  # one number for each column of the activation
mask[:, :, c.shape[2] // 2 :] = 0  # glass on the left, waves on the right
side_by_side = mask * t + (1 - mask) * t_waves

show.show_images(
    [decoded(a) for a in (t, half_of_each, t_waves, side_by_side)],
    ["glass", "half of each", "waves", "with a mask"],
    columns=2,
    alt="Four pictures of the cat: in dark glass; in paler glass with blue and white; in pale blue "
    "brush strokes; and with glass on the left half, waves on the right.",
    see="half of each is a style of its own: pieces of glass in the colours of the sea. With the "
    "mask, one style goes over into the other without a hard edge.",
)

# %% [markdown]
# **Try it.** Make the mask fall from 1 to 0 slowly: `np.linspace(1, 0, c.shape[2])` has the
# numbers. Or go beyond: what does `decoded(c + 1.5 * (t - c))` do, a strength of 1.5?
#
# ## Experiment 4: what AdaIN has forgotten
#
# In notebook 04 we shuffled the positions of a style, all channels in the same order, and the Gram
# matrix did not notice. Now we shuffle **each channel in an order of its own**. A dark lead beside
# red glass? Now each lies somewhere else.
#
# **Predict first.** Who will notice?
#
# - **a**: the Gram matrix only
# - **b**: AdaIN only
# - **c**: both

# %%
my_guess = "?"

# %%
rng = np.random.default_rng(0)
_, n_H, n_W, n_C = s.shape
columns = tf.reshape(s, (n_H * n_W, n_C)).numpy()  # one column for each channel
in_one_order = tf.reshape(rng.permutation(columns), s.shape)
each_by_itself = tf.reshape(rng.permuted(columns, axis=0), s.shape)

show.show_bars(
    {
        "all channels in one order": float(compute_layer_style_cost(s, in_one_order)),
        "each in an order of its own": float(compute_layer_style_cost(s, each_by_itself)),
    },
    alt="Two bars, style costs of conv4_1. With all channels in one order it is practically 0; "
    "with each in an order of its own it is large.",
    see="the Gram matrix notices: channels that went together do so no more.",
)
show.show_images(
    [decoded(t), decoded(adain(c, each_by_itself))],
    ["with the style", "with the shuffled style"],
    alt="The same cat in pieces of glass twice, without a difference that could be seen.",
    see="AdaIN does not notice: each channel has kept its mean and its deviation.",
)
checks.compare(
    my_guess,
    "a",
    "two numbers for each channel cannot know what goes together. A Gram matrix can.",
)

# %% [markdown]
# So what goes together in the result? What went together in the *photograph*: AdaIN shifts and
# stretches each channel, and leaves its ups and downs where they were.
#
# ## Experiment 5: where one pass fails
#
# A style that lives from what goes together: petals around a heart, stitch beside stitch.

# %%
embroidery = load_image("images/style/embroidery.jpg", SIZE)
show.show_images(
    [embroidery, decoded(adain(c, model.encode(embroidery)))],
    ["embroidery", "one pass"],
    alt="Embroidered flowers in many colours on dark blue; and the cat in bright colours, with "
    "dark outlines and speckled fur, but without a flower.",
    see="some of the colours have come across. No petal and no stitch has.",
)

# %% [markdown]
# The decoder paints what it has learned to paint, from what it is told. 384 numbers do not tell it
# of petals, and it has not learned any. Steps look at their picture again and again, with a Gram
# matrix in each of five layers.
#
# **Try it.** `stylize(photograph, embroidery, replace(PRESETS["course"], size=SIZE))` takes as long
# as the steps of the race. Are there flowers?

# %% [markdown]
# ## Quiz
#
# **1.** Which mean and which deviation has a channel of $t$?
#
# <details><summary>Show the answer</summary>
#
# Those of the same channel in the style. The fraction has mean 0 and deviation 1. Multiplied by
# $\sigma(s)$ it has deviation $\sigma(s)$, and with $\mu(s)$ added, mean $\mu(s)$. Only in very
# quiet channels does $\varepsilon$ change the deviation a little.
#
# </details>
#
# **2.** "One pass is a hundred times faster, so it saves a hundred times the work." Is that right?
#
# <details><summary>Show the answer</summary>
#
# Not for one picture: the decoder was trained for a long time before. It pays when there are many
# pictures: a film, a camera, a web page. For a single poster, the steps may be less work in all,
# and the better picture.
#
# </details>
#
# **3.** The photograph itself is taken as the style: `adain(c, c)`. What does the decoder paint?
#
# <details><summary>Show the answer</summary>
#
# The same as at strength 0. The statistics that are taken off are put on again, so $t = c$.
#
# </details>
#
# ## What comes next
#
# You now have two ways to paint, and know what each is good for. In notebook 09 you work with your
# own pictures, and find out what is wrong with broken ones.
