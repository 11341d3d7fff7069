# %% [markdown]
# # 05 · Total cost
#
# *30 minutes in class, about 1 of them computing.*
#
# **After this notebook you can**
#
# - put two costs together into one, with weights;
# - find out which term really shapes a picture, and which one only looks as if it did;
# - choose α and β on purpose.
#
# ## Recap: answer before you open
#
# Which of the two costs is 0 for the content picture itself? And for the style picture?
#
# <details><summary>Show the answer</summary>
#
# The content picture has content cost 0, the style picture has style cost 0. No picture has both,
# unless content and style are the same picture. So there has to be a compromise.
#
# </details>

# %% [markdown]
# ## Set up
#
# Run this cell first. It loads the network, the photograph and the style.

# %%
from nst_utils import (
    CONTENT_LAYER,
    STYLE_LAYERS,
    checks,
    class_budget,
    compute_content_cost,
    compute_style_cost,
    generate_noise_image,
    load_image,
    load_vgg_model,
    model_nn,
    reshape_and_normalize_image,
    show,
)

import numpy as np
import tensorflow as tf  # after nst_utils, which keeps its start-up messages away

SIZE, STEPS = class_budget(size=240, iterations=100)
total_cost = checks.to_write("total_cost")  # yours will take its place

model = load_vgg_model()
content = reshape_and_normalize_image(load_image("images/content/china.jpg", SIZE))
style = reshape_and_normalize_image(load_image("images/style/stained-glass.jpg", SIZE))

a_C = model(content)[CONTENT_LAYER]
a_S = model(style)

# %% [markdown]
# ## The idea
#
# An optimiser can lower one number only. So the two costs become one, each with a weight:
#
# $$J = \alpha \cdot J_{content} + \beta \cdot J_{style}$$
#
# $\alpha$ (say "alpha") is the weight of the content, $\beta$ ("beta") that of the style. The
# course takes $\alpha = 10$ and $\beta = 40$.
#
# **By hand.** With $J_{content} = 2$ and $J_{style} = 0.5$: $J = 10 \cdot 2 + 40 \cdot 0.5 = 40$.
#
# ## Exercise: `total_cost`
#
# <details><summary>Hint 1: the formula</summary>
#
# It is one line, and it looks like the formula.
#
# </details>
#
# <details><summary>Hint 2: the weights</summary>
#
# Use the arguments `alpha` and `beta`, not the numbers 10 and 40: somebody may call your function
# with others.
#
# </details>
#
# <details><summary>Hint 3: which belongs to which</summary>
#
# Alpha comes first, as content comes first.
#
# </details>


# %%
def total_cost(J_content, J_style, alpha=10, beta=40):
    """Weigh content against style. Returns J, one number."""
    ### BEGIN SOLUTION
    J = alpha * J_content + beta * J_style
    ### END SOLUTION
    return J


# %% [markdown]
# **Check.** It tries your function, says what it finds, and hands on a function that works.

# %%
total_cost = checks.total_cost(total_cost)

# %% [markdown]
# **Running late?** Put `True` here, and the cells below use the reference.

# %%
LATE = False
if LATE:
    total_cost = checks.reference("total_cost")

# %% [markdown]
# ## Experiment 1: who pulls how hard?
#
# Two helpers. `generate_noise_image` mixes a photograph with noise. `model_nn` changes a picture
# step by step, so that $J$ falls: you write it yourself in notebook 06. Think of $J$ as the
# height of a land, and of every picture as a place in it; each step goes downhill. Here the steps
# are larger than in 06, to save time.
#
# We stand at the start: a picture that is 60 % noise and 40 % photograph.
#
# **Predict first.** Which share of $J$ is content there?
#
# - **a**: about a half
# - **b**: about 1 %
# - **c**: less than 0.01 %
#
# Write your letter between the quotes, and run the cell.

# %%
my_guess = "?"


# %%
def shares(image, alpha=10, beta=40):
    """Compute each term's share of J, and its share of the pull on the pixels."""
    image = tf.Variable(image)
    with tf.GradientTape(persistent=True) as tape:
        a_G = model(image)
        J_content = compute_content_cost(a_C, a_G[CONTENT_LAYER])
        terms = {"content": total_cost(J_content, 0.0, alpha, beta)}
        for layer, weight in STYLE_LAYERS:
            J_style = compute_style_cost(a_S, a_G, [(layer, weight)])
            terms[f"style {layer}"] = total_cost(0.0, J_style, alpha, beta)
    costs = np.array([float(J) for J in terms.values()])
    pulls = np.array([float(tf.norm(tape.gradient(J, image))) for J in terms.values()])
    both = zip(terms, costs / costs.sum(), pulls / pulls.sum(), strict=True)
    return {name: {"cost J": cost, "gradient": pull} for name, cost, pull in both}


start = generate_noise_image(content, seed=0)
show.show_shares(
    shares(start),
    alt="Bars on a logarithmic scale, two for each term: its share of the cost and of the "
    "gradient. Each of the five style layers has between 7 and 42 percent. Content has 0.0002 "
    "percent of the cost and 0.002 percent of the gradient.",
    see="content is next to nothing, in the cost and in the gradient.",
)
checks.compare(
    my_guess,
    "c",
    "a Gram matrix multiplies activations with each other, so style costs are squares of squares.",
)

# %% [markdown]
# ## Experiment 2: take the content away
#
# Can so small a term matter at all? There is one way to know: leave it out.
#
# **Predict first.** We set $\alpha = 0$, so that nobody asks for the temple any more. The picture
# will be …
#
# - **a**: pure stained glass, without a temple
# - **b**: practically the same as before
# - **c**: the photograph

# %%
my_guess = "?"

# %%
noise = generate_noise_image(content, noise_ratio=1.0, seed=0)
runs = {
    "α = 10, β = 40": (start, 10, 40),
    "α = 0, β = 40": (start, 0, 40),
    "α = 10, β = 40, from pure noise": (noise, 10, 40),
}
pictures = [
    model_nn(model, first, a_C, a_S, STEPS, learning_rate=5.0, alpha=alpha, beta=beta)
    for first, alpha, beta in runs.values()
]
show.show_images(
    pictures,
    list(runs),
    alt="Three pictures. The first two, with and without content cost, show the same temple of "
    "stained glass. The third, from pure noise, shows stained glass without a temple.",
    see="the first two are alike, although nobody asked the second one for a temple.",
)
checks.compare(
    my_guess,
    "b",
    "the temple was in the start. The walk goes to the nearest valley, and keeps what is not in "
    "its way.",
)

# %% [markdown]
# So with these weights the temple comes from the **start**, not from the content cost. A program
# that prints only $J$ would never show this: $J$ falls, and the picture looks fine.
#
# ## Experiment 3: give content a say
#
# We start from pure noise, where nothing is for free, and take weight from the style, step by
# step.

# %%
betas = [40, 0.1, 0.01, 0.001]
ladder = [
    model_nn(model, noise, a_C, a_S, STEPS, learning_rate=5.0, alpha=10, beta=beta)
    for beta in betas
]
show.show_filmstrip(
    ladder,
    [f"α = 10, β = {beta}" for beta in betas],
    alt="Four pictures from pure noise. With beta 40, 0.1 and 0.01 there is hardly more than "
    "stained glass, with 0.001 the temple stands there.",
    see="the temple appears only when content has a real share of the cost.",
)
show.show_shares(
    shares(ladder[-1], alpha=10, beta=betas[-1]),
    alt="The bars of the last picture, with beta 0.001: content has the largest share of both, "
    "about three quarters of the cost and nearly half of the gradient; conv5_1 and conv4_1 "
    "follow.",
    see="now content has most of the cost, and nearly half of the pull.",
)

# %% [markdown]
# **Three lessons**
#
# - The weights are not shares. $\alpha = 10$ and $\beta = 40$ look alike, but at the start the
#   style cost is a hundred thousand times the content cost.
# - If you start from the content, a little content weight is enough: the start helps. If you start
#   from noise, content needs a real share.
# - Do not check the total alone. Forget the factor ¼ in the content cost, and the first four digits
#   of $J$ stay as they were. That is why each part has a check of its own.
#
# **Try it.** Which β gives the picture that you would hang up? Change it by factors of 10: small
# changes are hard to see.

# %% [markdown]
# ## Quiz
#
# **1.** You multiply *both* weights by 10. How does the picture change?
#
# <details><summary>Show the answer</summary>
#
# Practically not at all. Only the ratio α/β decides where the lowest point lies. And Adam, the
# optimiser of the next notebook, does not care how steep the whole land is.
#
# </details>
#
# **2.** β = 0. What does the optimisation paint from noise?
#
# <details><summary>Show the answer</summary>
#
# The photograph, as well as `conv4_2` remembers it: experiment 3 of notebook 03.
#
# </details>
#
# **3.** A program prints only $J$, and $J$ falls nicely. Can its content cost be wrong?
#
# <details><summary>Show the answer</summary>
#
# Yes. Content is such a small part of $J$ that nobody would see it there. Print the parts.
#
# </details>
#
# ## What comes next
#
# There is one number to lower now. In notebook 06 you lower it, and the picture appears.
