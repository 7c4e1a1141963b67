/* googletest's parameterized and typed tests, and googlemock's matchers, actions and mocks. */
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

#include "suite.h"

namespace suite
{
namespace
{

using testing::_;
using testing::AllOf;
using testing::AnyOf;
using testing::ContainerEq;
using testing::Contains;
using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::Ge;
using testing::HasSubstr;
using testing::InSequence;
using testing::Invoke;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Le;
using testing::MatchesRegex;
using testing::NiceMock;
using testing::Not;
using testing::Optional;
using testing::Pair;
using testing::Pointee;
using testing::Return;
using testing::SaveArg;
using testing::SetArgPointee;
using testing::SizeIs;
using testing::StartsWith;
using testing::StrictMock;
using testing::UnorderedElementsAre;
using testing::VariantWith;

struct Case {
    std::string text;
    char at;
    std::vector<std::string> parts;
};
void PrintTo(const Case &one, std::ostream *out)
{
    *out << one.text;
}

class Splits : public testing::TestWithParam<Case>
{
};
TEST_P(Splits, IntoParts)
{
    std::vector<std::string> parts(1);
    for (char letter : GetParam().text) {
        if (letter == GetParam().at) {
            parts.emplace_back();
        } else {
            parts.back() += letter;
        }
    }
    EXPECT_THAT(parts, ContainerEq(GetParam().parts));
}
INSTANTIATE_TEST_SUITE_P(Texts, Splits,
                         testing::Values(Case{"a,b", ',', {"a", "b"}}, Case{"", ',', {""}},
                                         Case{"::", ':', {"", "", ""}}));

class Combined : public testing::TestWithParam<std::tuple<int, bool, std::string>>
{
};
TEST_P(Combined, AllThere)
{
    const auto &[number, yes, text] = GetParam();
    EXPECT_THAT(number, AllOf(Ge(0), Le(8)));
    EXPECT_THAT(text, AnyOf(IsEmpty(), SizeIs(3)));
    EXPECT_THAT(yes, AnyOf(true, false));
}
INSTANTIATE_TEST_SUITE_P(All, Combined,
                         testing::Combine(testing::Range(0, 9, 4), testing::Bool(),
                                          testing::Values("", "abc")));

template <typename Number> class Numbers : public testing::Test
{
};
using NumberTypes =
    testing::Types<int8_t, int16_t, int32_t, int64_t, long, size_t, float, double, long double>;
TYPED_TEST_SUITE(Numbers, NumberTypes);
TYPED_TEST(Numbers, PrintsAndReads)
{
    const TypeParam number = static_cast<TypeParam>(100);
    EXPECT_EQ(std::to_string(static_cast<int>(number)), "100");
}

template <typename Map> class Maps : public testing::Test
{
};
TYPED_TEST_SUITE_P(Maps);
TYPED_TEST_P(Maps, HoldsPairs)
{
    TypeParam map = {{1, "one"}, {2, "two"}};
    EXPECT_THAT(map, UnorderedElementsAre(Pair(1, "one"), Pair(2, StartsWith("tw"))));
    EXPECT_THAT(map, Contains(Pair(_, HasSubstr("n"))));
}
REGISTER_TYPED_TEST_SUITE_P(Maps, HoldsPairs);
using MapTypes = testing::Types<std::map<int, std::string>, std::unordered_map<int, std::string>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Kinds, Maps, MapTypes);

struct Point {
    int x, y;
};

TEST(Matchers, OfAllKinds)
{
    EXPECT_THAT("abc123", MatchesRegex("[a-z]+[0-9]+"));
    EXPECT_THAT(std::vector<int>({1, 2, 3}), ElementsAre(1, _, Ge(3)));
    EXPECT_THAT(std::vector<int>({1, 2, 3}), IsSupersetOf({3, 1}));
    EXPECT_THAT(std::vector<int>(), IsEmpty());
    EXPECT_THAT((std::vector<Point>{{1, 2}, {1, 3}}), Each(Field("x", &Point::x, 1)));
    EXPECT_THAT(std::make_unique<int>(3), Pointee(AnyOf(3, 4)));
    EXPECT_THAT(std::sqrt(2.0), DoubleNear(1.4142, 1e-4));
    EXPECT_THAT(std::optional<int>(3), Optional(Not(4)));
    EXPECT_THAT((std::variant<int, std::string>("text")), VariantWith<std::string>("text"));
    errno = ENOENT;
    EXPECT_THAT(-1, FailsWith(ENOENT));
    testing::StringMatchResultListener why;
    errno = EPERM;
    EXPECT_FALSE(testing::ExplainMatchResult(FailsWith(ENOENT), -1, &why));
    EXPECT_EQ(why.str(), Joined("is -1, errno ", EPERM));
}

class Device
{
  public:
    virtual ~Device() = default;
    virtual int Read(char *to, size_t most) = 0;
    virtual std::string Name() const = 0;
};
class MockDevice : public Device
{
  public:
    MOCK_METHOD(int, Read, (char *, size_t), (override));
    MOCK_METHOD(std::string, Name, (), (const, override));
};

TEST(Mocks, DoAsTold)
{
    StrictMock<MockDevice> device;
    size_t asked = 0;
    InSequence order;
    EXPECT_CALL(device, Name()).WillOnce(Return("null"));
    EXPECT_CALL(device, Read(_, _))
        .WillOnce(testing::DoAll(SaveArg<1>(&asked), SetArgPointee<0>('x'), Return(1)));
    EXPECT_CALL(device, Read).Times(2).WillRepeatedly(Invoke([](char *, size_t most) {
        return static_cast<int>(most);
    }));
    char byte = 0;
    EXPECT_EQ(device.Name(), "null");
    EXPECT_EQ(device.Read(&byte, 5), 1);
    EXPECT_EQ(byte, 'x');
    EXPECT_EQ(asked, 5u);
    EXPECT_EQ(device.Read(nullptr, 7) + device.Read(nullptr, 8), 15);
}

TEST(Mocks, TellWhatWasNotExpected)
{
    auto device = std::make_unique<NiceMock<MockDevice>>();
    EXPECT_EQ(device->Read(nullptr, 1), 0);
    testing::MockFunction<int(int)> called;
    EXPECT_CALL(called, Call(3)).WillOnce([](int n) { return n * n; });
    EXPECT_EQ(called.AsStdFunction()(3), 9);
}

} // namespace
} // namespace suite
