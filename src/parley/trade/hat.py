"""The equations of trade in changes, each once. Inside the solver arrays stand sector by sector: [s, n, i] and [s, n].

CP is Caliendo and Parro (2015, Review of Economic Studies), CRC is Costinot and Rodríguez-Clare (2014, Handbook of
International Economics 4, chapter 4). CP give their equilibrium in relative changes as eq. 10 (cost), 11 (price),
12 (share), 13 (spending) and 14 (trade balance): numbers as the literature cites them, the paper was not at hand.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float

MANY = 8  # where one cell in so many has moved, all powers at once are faster than picking the cells


def log_cost_hat(
    log_w: Float[ndarray, "*b i"],
    log_P: Float[ndarray, "*b s i"],
    beta: Float[ndarray, "*c s i"],
    a: Float[ndarray, "*d i s k"],
) -> Float[ndarray, "*b s i"]:
    """log c_hat[s,i] = beta log w_hat[i] + sum_k a[i,s,k] log P_hat[k,i], a = gamma (1 − beta), user s first.

    CP eq. 10.
    """
    materials = np.matmul(a, log_P.swapaxes(-1, -2)[..., None])[..., 0].swapaxes(-1, -2)
    return beta * log_w[..., None, :] + materials


def shocked_shares(
    pi: Float[ndarray, "s n i"], wedge_hat: Float[ndarray, "s n i"], theta: Float[ndarray, " s"]
) -> Float[ndarray, "s n i"]:
    """K = pi · wedge_hat^(−theta): shares before costs respond; powers only where a wedge moves.  CP eq. 11, 12."""
    moved = np.flatnonzero(wedge_hat != 1)
    exponent = -theta[:, None, None]
    if MANY * moved.size > pi.size:
        return np.multiply(np.power(wedge_hat, exponent), pi, order="C")
    K = np.array(pi, order="C")
    flat = K.reshape(-1)
    flat[moved] *= wedge_hat.reshape(-1)[moved] ** -theta[moved // pi[0].size]
    return K


def price_hat(Phi: Float[ndarray, "s n"], theta: Float[ndarray, " s"]) -> Float[ndarray, "s n"]:
    """P_hat[s,n] = Phi^(−1/theta), Phi = sum_i pi (tau_hat c_hat)^(−theta).  CP eq. 11; CRC, multi-sector Armington."""
    return Phi ** (-1 / theta[:, None])


def new_shares(
    K: Float[ndarray, "s n i"], q: Float[ndarray, "s i"], Phi: Float[ndarray, "s n"]
) -> Float[ndarray, "s n i"]:
    """pi_new = K q / Phi with q = c_hat^(−theta): shares after the change, summing to 1 over i.  CP eq. 12."""
    pi_new = K * q[:, None, :]
    pi_new /= Phi[:, :, None]
    return pi_new


def received(X_new: Float[ndarray, "s n i"], r: Float[ndarray, "s n i"]) -> Float[ndarray, "s n i"]:
    """X_new (1 − r): what sellers receive of new spending; 1 − r is 1/tau with one rate a cell.

    Over n it sums to sales, and what is left of X_new is revenue: CP §2, with two wedges a cell (docs/method.md).
    """
    kept = np.subtract(1.0, r)
    kept *= X_new
    return kept


def price_level_hat(P_hat: Float[ndarray, "n s"], alpha: Float[ndarray, "n s"]) -> Float[ndarray, " n"]:
    """prod_s P_hat[n,s]^alpha[n,s]: the price of a unit of final consumption, Cobb-Douglas over sectors.  CP §2; CRC."""
    return np.exp((alpha * np.log(P_hat)).sum(axis=1))
