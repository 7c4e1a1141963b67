/* Empty on purpose: stand_in.lds says why. */
