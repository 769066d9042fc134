// The readable form of a key: its class letter, '-', the rest in hexadecimal ("n-00c0ffee").
//
// It names objects in messages and files in the `file` backend, and sorts as the keys do.
#ifndef DATOMBENCH_BACKENDS_KEY_NAME_H_
#define DATOMBENCH_BACKENDS_KEY_NAME_H_

#include <optional>
#include <string>
#include <string_view>

namespace datombench {

// Bytes that are no key, because their first byte names no class, come out as "?-" and all of them
// in hexadecimal.
std::string KeyName(std::string_view key);

// The key that KeyName made `name` of; nullopt if there is none.
std::optional<std::string> ParseKeyName(std::string_view name);

// "node n-00c0ffee": how messages name the object under `key`.
std::string DescribeObject(std::string_view key);

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_KEY_NAME_H_
