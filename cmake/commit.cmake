cmake_minimum_required(VERSION 3.25)
# Writes the commit of SOURCE as a string literal into OUTPUT, touching it only when it changes.
# Run as: cmake -DGIT=... -DSOURCE=... -DOUTPUT=... -P commit.cmake
set(commit "")
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
    OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "\"@commit@\"\n" @ONLY)
