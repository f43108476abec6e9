# cmake -D program=PATH -P check_figures.cmake: runs the benchmarks as briefly as they can and fails unless the program
# succeeds and prints every figure.
set(figures
  "prepared select, client and mock / loopback floor"
  "prepared select, client alone / loopback floor"
  "prepared select, mock alone / loopback floor"
  "decoded rows / copied bytes"
  "decoded rows / walked rows"
  "streamed rows, client and mock / bulk transfer"
  "streamed rows, client alone / bulk transfer"
  "streamed rows, mock alone / bulk transfer"
  "streamed rows, client alone / same messages by raw sockets"
  "constructed until listening, mock / bare acceptor"
  "started and stopped in a row, mock / bare acceptor")
execute_process(
  COMMAND "${program}" --rows=2000 --servers=10 --benchmark_repetitions=1 --benchmark_min_time=0.001
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
message("${errors}${output}")
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${program} ended with ${status}")
endif()
foreach(figure IN LISTS figures)
  if(NOT output MATCHES "(^|\n)${figure}: [0-9]+\\.[0-9][0-9] \\(")
    message(FATAL_ERROR "the figure is missing: ${figure}")
  endif()
endforeach()
