// Names as several languages have them, for made-up books: frequent given names and family names, and how the two combine.
// Invariant: lists alone; who is made of them, and with which errors, is the maker's.

export interface Naming {
  given: readonly string[]
  family: readonly string[]
  /** Names that stand before the given one and are written with it. */
  middle?: readonly string[]
  /** The family name of a person in a household of one name. */
  surname?(family: string, pick: (names: readonly string[]) => string, isWoman: boolean): string
  /** The name as a form without the language's letters takes it. */
  plain?(name: string): string
}

const split = (text: string): string[] => text.trim().split(/\s+/)

const SPANISH_SURNAMES =
  split(`García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz
  Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano
  Blanco Molina`)
/** Fathers, in the genitive. */
const ICELANDIC_FATHERS = split(
  'Jóns Sigurðar Guðmunds Gunnars Ólafs Einars Magnúsar Kristjáns Stefáns Jóhanns Björns Árna Helga Páls',
)

export type NamingKind = 'vietnamese' | 'chinese' | 'arabic' | 'spanish' | 'icelandic'

export const NAMINGS: Readonly<Record<NamingKind, Naming>> = {
  vietnamese: {
    given: split(`Anh Bình Châu Chi Cường Dũng Dương Giang Hà Hải Hạnh Hiền Hiếu Hoa Hoàng Hùng Hương Huy Khánh Lan Linh
      Long Mai Minh Nam Nga Ngọc Nhung Phong Phúc Phương Quân Quang Sơn Tâm Thảo Thắng Thành Thu Thủy Trang Trung Tuấn Tú
      Uyên Vân Việt Vy Yến`),
    family: split('Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý'),
    middle: split('Thị Văn Đức Minh Ngọc Quốc Thanh Hữu Xuân Kim Thu Bảo Gia'),
    plain: (name) =>
      name
        .normalize('NFD')
        .replace(/\p{M}/gu, '')
        .replace(/[đĐ]/g, (letter) => (letter === 'đ' ? 'd' : 'D')),
  },
  chinese: {
    given:
      split(`伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 建华 文 玉兰 志强 建国 婷婷 晓明 浩然 子涵
      欣怡 雨桐 思远 嘉怡 俊杰 梦琪 天宇 佳慧 海燕 春梅 国强 红梅 永刚 雪梅 丹丹 宇航 一诺 梓轩 诗涵`),
    family: split('王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 邓 冯 韩 曹'),
  },
  arabic: {
    given: split(`Mohammed Ahmed Ali Omar Youssef Ibrahim Khalid Hassan Hussein Mahmoud Mustafa Tariq Bilal Karim Rashid
      Samir Faisal Nabil Walid Ziad Fatima Aisha Maryam Layla Noor Zainab Khadija Salma Yasmin Huda Rania Amal Samira Dina`),
    family:
      split(`Al-Sayed El-Masri Haddad Khoury Mansour Nasser Saleh Hamdan Al-Rashid Aziz Darwish Farouk Ghanem Habib
      Issa Jaber Khalil Al-Najjar Qasim Rahman Shaheen Tawfik Zaki Al-Fayed Bishara`),
    plain: (name) => name.replace(/^(?:Al|El)-/, (article) => article.replace('-', ' ')),
  },
  spanish: {
    given:
      split(`María José Antonio Carmen Manuel Francisco Ana Javier Laura David Isabel Daniel Cristina Pablo Marta Jesús
      Lucía Carlos Elena Miguel Sara Alejandro Paula Rafael Raquel Pedro Pilar Ángel Rosa Fernando Teresa Luis Beatriz Jorge
      Silvia Alberto Julia Álvaro Irene Sergio`),
    family: SPANISH_SURNAMES,
    surname(family, pick) {
      return `${family} ${pick(SPANISH_SURNAMES)}`
    },
    plain: (name) => name.split(' ')[0] ?? name,
  },
  icelandic: {
    given:
      split(`Guðrún Anna Kristín Sigríður Margrét Helga Sigrún Ingibjörg Jóhanna María Katrín Elín Hildur Ragnheiður Erla
      Jón Sigurður Guðmundur Gunnar Ólafur Einar Magnús Kristján Stefán Jóhann Björn Bjarni Árni Þór Helgi Páll Haukur`),
    family: ICELANDIC_FATHERS,
    // The father's given name: a household has as many names as fathers.
    surname(_, pick, isWoman) {
      return `${pick(ICELANDIC_FATHERS)}${isWoman ? 'dóttir' : 'son'}`
    },
    plain: (name) => name.normalize('NFD').replace(/\p{M}/gu, '').replace(/[ðÐ]/g, 'd').replace(/[þÞ]/g, 'th'),
  },
}
