#include "index/sequence_text.h"

#include <gtest/gtest.h>

#include "index/value_arena.h"

namespace datombench {
namespace {

TEST(SequenceTextTest, ADatomIsOneLineOfFiveFields) {
  Attributes attributes(StringOrder::kCodePoint);
  ValueArena values;
  const AttributeId a = attributes.Intern(":person/name");
  std::string text;
  AppendDatomText({17, a, values.Copy(ValueType::kString, "Ada\tL\n"), kTx0 + 2, true}, attributes,
                  &text);
  AppendDatomText({18446744073709551615u, a, Value::Double(2e-4), kMaxTx, false}, attributes,
                  &text);
  EXPECT_EQ(text,
            "17\t:person/name\tAda\\tL\\n\t536870914\t+\n"
            "18446744073709551615\t:person/name\t2.0E-4\t9223372036854775807\t-\n");
}

}  // namespace
}  // namespace datombench
