// CPU time of this process.
#ifndef DATOMBENCH_HARNESS_METERS_CLOCKS_H_
#define DATOMBENCH_HARNESS_METERS_CLOCKS_H_

namespace datombench {

// User and system time of all its threads, ended ones included.
double ProcessCpuSeconds();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_METERS_CLOCKS_H_
