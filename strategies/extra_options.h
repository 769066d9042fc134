// The options that are a strategy's own, as text under their names.
#ifndef DATOMBENCH_STRATEGIES_EXTRA_OPTIONS_H_
#define DATOMBENCH_STRATEGIES_EXTRA_OPTIONS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "strategies/strategy.h"

namespace datombench {

class ExtraOptions {
 public:
  // Throws StorageError, with the nearest names, if `given` has a name that `kind` doesn't declare.
  ExtraOptions(const StrategyKind& kind, const std::map<std::string, std::string>& given);

  // The value of a declared option, its default where none was given. Throw StorageError if it
  // can't be read as what is asked for.
  uint64_t Unsigned(std::string_view name, uint64_t lowest) const;
  // nullopt for "never".
  std::optional<double> RatioOrNever(std::string_view name) const;

 private:
  const std::string& Text(std::string_view name) const;

  std::string_view strategy_;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_EXTRA_OPTIONS_H_
