//! The checksum CRC-32 (ISO 3309, polynomial 0xEDB88320 reflected), eight bytes at a time: table k holds what a byte
//! does that is followed by k others ("slicing by 8": M. E. Kounavis and F. L. Berry, ISCC 2005).

const TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut i = 256;
    while i < 8 * 256 {
        let before = tables[i / 256 - 1][i % 256];
        tables[i / 256][i % 256] = before >> 8 ^ tables[0][(before & 255) as usize];
        i += 1;
    }
    tables
}

/// The checksum of the bytes behind those whose checksum is `crc`; 0 of none.
pub fn crc32(crc: u32, bytes: &[u8]) -> u32 {
    let mut crc = !crc;
    let (eights, rest) = bytes.as_chunks::<8>();
    for eight in eights {
        let word = u64::from_le_bytes(*eight) ^ u64::from(crc);
        crc = word
            .to_le_bytes()
            .iter()
            .zip(TABLES.iter().rev())
            .fold(0, |crc, (&byte, table)| crc ^ table[byte as usize]);
    }
    !rest.iter().fold(crc, |crc, &byte| crc >> 8 ^ TABLES[0][((crc ^ u32::from(byte)) & 255) as usize])
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_check_value_and_any_division_into_parts() {
        assert_eq!(crc32(0, b"123456789"), 0xCBF4_3926);
        let bytes: Vec<u8> = (0..100u8).map(|i| i.wrapping_mul(7)).collect();
        for cut in 0..100 {
            assert_eq!(crc32(crc32(0, &bytes[..cut]), &bytes[cut..]), crc32(0, &bytes));
        }
    }
}
