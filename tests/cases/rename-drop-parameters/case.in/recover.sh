#!/bin/sh
rm -f "$GAPIT_OUTPUT_DIRECTORY/.lock"
