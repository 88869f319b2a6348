// @table Constants of the portable functions, for each precision. The polynomials are minimax fits
// (Remez exchange at 250 bits); the float32 ones have few terms and are float32 numbers.

/** One set of constants; what each means is said where it is used. */
export interface Coefficients {
  readonly exp: {
    /** At or above this even exp(x) / x is infinite. */
    readonly high: number;
    /** At or below this exp(x) is 0. */
    readonly low: number;
    /** At or below this expm1(x) is -1. */
    readonly lowMinusOne: number;
    /** (exp(r) - 1 - r) / r^2 for |r| <= 0.347. */
    readonly series: readonly number[];
  };
  readonly tanh: {
    /** Below this the series is used, above it 1 - 2 / (exp(2x) + 1). */
    readonly small: number;
    /** (tanh(x) - x) / x^3 in x^2. */
    readonly series: readonly number[];
  };
  readonly log2e: number;
  /** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
  readonly ln2High: number;
  readonly ln2Low: number;
  readonly log: {
    readonly smallestNormal: number;
    /** Lifts subnormal numbers into the normal range: 2^lift. */
    readonly lift: number;
    /** (log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, for |s| <= 0.1716. */
    readonly series: readonly number[];
  };
  readonly pow: {
    /** 2^ceil(p / 2) + 1 for p bits: multiplying by it splits a number into two halves. */
    readonly splitter: number;
    /** 2/3 is this much more than its nearest number. */
    readonly twoThirdsLow: number;
    /** (log((1 + s) / (1 - s)) - 2 s - 2/3 s^3) / s^5 in s^2. */
    readonly series: readonly number[];
  };
  readonly trig: {
    readonly twoOverPi: number;
    /** pi/2 in parts; all but the last have so few bits that products with up to `turns` are exact. */
    readonly halfPi: readonly number[];
    /** Largest number of quarter turns; beyond it the result is NaN. */
    readonly turns: number;
    /** (sin(r) - r) / r^3 in r^2, for |r| <= pi/4. */
    readonly sin: readonly number[];
    /** (cos(r) - 1 + r^2/2) / r^4 in r^2. */
    readonly cos: readonly number[];
  };
}

export const coefficients64: Coefficients = {
  exp: {
    high: 720,
    low: -746,
    lowMinusOne: -40,
    series: [
      0.5, 0.16666666666666677, 0.0416666666666667, 0.008333333333321513, 0.0013888888888866618,
      0.0001984126988645658, 2.4801587361013297e-5, 2.7557243848839383e-6, 2.7557242356957886e-7,
      2.5109171498260022e-8, 2.09245703722938e-9,
    ],
  },
  tanh: {
    small: 0.55,
    series: [
      -0.333333333333333, 0.13333333333326608, -0.05396825396374419, 0.021869488385131423,
      -0.008863232585694738, 0.0035920918346300595, -0.0014555413613799248, 0.0005884375050068469,
      -0.00023336167914778002, 8.328502811618321e-5, -1.9473559834889453e-5,
    ],
  },
  log2e: 1.4426950408889634,
  ln2High: 0.6931471805592082,
  ln2Low: 7.371002565167799e-13,
  log: {
    smallestNormal: 2 ** -1022,
    lift: 54,
    series: [
      0.6666666666666734, 0.3999999999941455, 0.2857142874243268, 0.22222198567275372,
      0.18183564689177334, 0.15314040003165258, 0.14796066690488277,
    ],
  },
  pow: {
    splitter: 2 ** 27 + 1,
    twoThirdsLow: 3.700743415417188e-17,
    series: [
      0.40000000000002256, 0.28571428570100105, 0.22222222519844834, 0.18181784372909798,
      0.1538675710091358, 0.13256822444814712, 0.1319629012867171,
    ],
  },
  trig: {
    twoOverPi: 0.6366197723675814,
    halfPi: [
      1.5707963109016418, 1.5893254712295857e-8, 6.123233932053594e-17, 6.36831716351095e-25,
    ],
    turns: 2 ** 28,
    sin: [
      -0.16666666666666632, 0.008333333333322316, -0.00019841269829725438, 2.7557313662122315e-6,
      -2.505075327303652e-8, 1.5896505373298765e-10,
    ],
    cos: [
      0.0416666666666666, -0.0013888888888873992, 2.4801587289395573e-5, -2.755731432618067e-7,
      2.0875719575191816e-9, -1.135944937573465e-11,
    ],
  },
};

export const coefficients32: Coefficients = {
  exp: {
    high: 96,
    low: -104,
    lowMinusOne: -20,
    series: [0.5, 0.16666542, 0.04166628, 0.008366658, 0.001394658],
  },
  tanh: {
    small: 0.55,
    series: [-0.33333316, 0.13332592, -0.05385273, 0.021072762, -0.006274939],
  },
  log2e: 1.442695,
  ln2High: 0.69311523,
  ln2Low: 3.1946183e-5,
  log: {
    smallestNormal: 2 ** -126,
    lift: 25,
    series: [0.6666666, 0.40000334, 0.28537306, 0.2358224],
  },
  pow: {
    splitter: 2 ** 12 + 1,
    twoThirdsLow: -1.9868216e-8,
    series: [0.40000153, 0.28547126, 0.23418729],
  },
  trig: {
    twoOverPi: 0.63661975,
    halfPi: [1.5703125, 0.0004825592, 1.2665987e-6, 9.895302e-10, 2.5579538e-12, 5.390303e-15],
    turns: 2 ** 16,
    sin: [-0.16666655, 0.008332173, -0.00019516656],
    cos: [0.041666646, -0.0013887362, 2.443773e-5],
  },
};
