/* Nothing: stand_in.lds says why. */
