#!/bin/bash
# script.sh - Detects if running as a step

if [ -n "$CRANE_STEP_ID" ]; then
    echo "Running as step $CRANE_STEP_ID of job $CRANE_JOB_ID"
    echo "Resources allocated to this step"
else
    echo "Running as standalone job $CRANE_JOB_ID"
    echo "Primary job execution"
fi

# Run computation
./my_program
